using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Reporting;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The snippets of README.md, compiled and run; <see cref="MarkdownTests"/> finds each of them here or in a sample.</summary>
[TestClass]
public sealed class ReadmeSnippets
{
    private const string ModelFile = "readme-model.zip";

    [TestMethod]
    public void Multiclass()
    {
        var mlContext = new MLContext(seed: 1);
        var flowers = Flowers(mlContext);

        var pipeline = mlContext.Transforms.Concatenate("Features", "PetalLength", "PetalWidth")
            .Append(mlContext.Transforms.Conversion.MapValueToKey("Label", "Species"))
            .Append(mlContext.MulticlassClassification.Trainers.DenseNet())
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        var folds = mlContext.MulticlassClassification.CrossValidate(flowers, pipeline, numberOfFolds: 3);

        Assert.IsGreaterThan(0.8, folds.Average(fold => fold.Metrics.MicroAccuracy));
    }

    [TestMethod]
    public void Regression()
    {
        var mlContext = new MLContext(seed: 1);
        var houses = Houses(mlContext);

        var pipeline = mlContext.Transforms.Categorical.OneHotEncoding("District")
            .Append(mlContext.Transforms.Concatenate("Features", "Area", "Rooms", "District"))
            .Append(mlContext.Regression.Trainers.DenseNet(labelColumnName: "Price", hiddenUnits: [64, 64]));
        var metrics = mlContext.Regression.Evaluate(pipeline.Fit(houses).Transform(houses), labelColumnName: "Price");

        Assert.IsGreaterThan(0.9, metrics.RSquared);
    }

    [TestMethod]
    public void Networks()
    {
        var mlContext = new MLContext(seed: 1);
        var both = Layer.Sum(Layer.ReLU, Layer.Tanh);
        var block = Layer.Sequential(Layer.Linear(64), Layer.BatchNorm(), Layer.ReLU, Layer.Dropout(0.1f));
        var network = Layer.Sequential(
            Layer.Linear(64), both,
            Layer.Residual(block),
            Layer.Concat(Layer.Identity, block));

        Console.WriteLine(network.Summary(inputWidth: 30));
        var trainer = mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Network = network });

        Assert.AreEqual(128, new NetworkLayout(network, 30).OutputWidth);
        Assert.IsNotNull(trainer);
    }

    [TestMethod]
    public void Defaults()
    {
        var options = new DenseNetBinaryTrainer.Options
        {
            Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { MaximumMembers = 1, NumberOfEpochs = 64 },
        };
        Assert.AreEqual(64, options.Defaults.NumberOfEpochs);
        _ = new MLContext().BinaryClassification.Trainers.DenseNet(options);
    }

    [TestMethod]
    public void Training()
    {
        var mlContext = new MLContext(seed: 1);
        var trainer = mlContext.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            Loss = Losses.Custom((prediction, target) => torch.pow(prediction - target, 4)),
            Optimizer = Optimizers.SGD(momentum: 0.9, nesterov: true),
            LearningRate = 0.01,
            Schedule = Schedules.Cosine(warmup: 0.05),
            GradientClipNorm = 1,
        });

        var rows = DenseNetDatasets.MakeRegression(rows: 200, features: 5, informative: 3).ToDataView(mlContext);
        var history = trainer.Fit(rows).Model.Network.History;
        Assert.IsLessThan(history[0].TrainingLoss, history[^1].TrainingLoss);
    }

    [TestMethod]
    public void Modules()
    {
        var mlContext = new MLContext(seed: 1);
        var rows = BinaryRows(mlContext, seed: 1);

        var trainer = mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Module = inputs => new FunkyNetwork(inputs, outputs: 1), ModuleName = "Funky" });
        mlContext.Model.Save(trainer.Fit(rows), rows.Schema, ModelFile);

        DenseNetModules.Register("Funky", inputs => new FunkyNetwork(inputs, outputs: 1));
        var model = mlContext.Model.Load(ModelFile, out _);

        Assert.IsGreaterThan(0.8, mlContext.BinaryClassification.Evaluate(model.Transform(rows)).AreaUnderRocCurve);
    }

    [TestMethod]
    public void Watching()
    {
        var mlContext = new MLContext(seed: 1);
        var (rows, validationRows) = (BinaryRows(mlContext, seed: 1), BinaryRows(mlContext, seed: 2));

        var options = new DenseNetBinaryTrainer.Options
        {
            EarlyStoppingRound = 10,
            Progress = progress => Console.WriteLine($"{progress.Epoch}: {progress.Latest!.TrainingLoss} {progress.Latest.ValidationLoss}"),
        };
        options.Observers.Add(new StopWhenFlat(gradientNorm: 1e-3));
        var model = mlContext.BinaryClassification.Trainers.DenseNet(options).Fit(rows, validationRows);

        foreach (var epoch in model.Model.Network.History)
            Console.WriteLine($"{epoch.Epoch}: loss {epoch.TrainingLoss}, validation {epoch.ValidationLoss}, gradient {epoch.GradientNorm}");

        Assert.IsNotEmpty(model.Model.Network.History);
        Assert.AreNotEqual(StopReason.Completed, model.Model.Network.History.StopReason);
    }

    [TestMethod]
    public void Reporting()
    {
        var mlContext = new MLContext(seed: 1);
        var (rows, testRows) = (BinaryRows(mlContext, seed: 1), BinaryRows(mlContext, seed: 2));
        var options = new DenseNetBinaryTrainer.Options { NumberOfEpochs = 5 };
        options.Observers.Add(new TensorBoardObserver("runs/first"));
        var model = mlContext.BinaryClassification.Trainers.DenseNet(options).Fit(rows);

        var history = model.Model.Network.History;
        history.PlotLoss().Save("loss.png");
        model.Model.Network.PlotArchitecture().Save("network.svg", new PictureOptions { Theme = PictureTheme.Dark });
        model.Transform(testRows).PlotRoc().Save("roc.png", new PictureOptions { Width = 500, Height = 400, Scale = 2 });
        TrainingReport.Write("report.html", model, testRows, new TrainingReportOptions { TrainingData = rows, TrainerOptions = options });

        foreach (string file in (string[])["loss.png", "network.svg", "roc.png", "report.html"])
            Assert.IsGreaterThan(1000, new FileInfo(file).Length, file);
        Assert.IsNotEmpty(Directory.GetFiles("runs/first"));
    }

    [TestMethod]
    public void Retraining()
    {
        var mlContext = new MLContext(seed: 1);
        var (rows, newRows) = (BinaryRows(mlContext, seed: 1), BinaryRows(mlContext, seed: 1));
        mlContext.Model.Save(mlContext.BinaryClassification.Trainers.DenseNet(numberOfEpochs: 5).Fit(rows), rows.Schema, ModelFile);

        var trainer = mlContext.BinaryClassification.Trainers.DenseNet(numberOfEpochs: 20);
        var saved = (DenseNetBinaryTransformer)mlContext.Model.Load(ModelFile, out _);
        var retrained = trainer.Fit(newRows, saved.Model);

        Assert.HasCount(20, retrained.Model.Network.History);
    }

    [TestMethod]
    public void Checkpoints()
    {
        var mlContext = new MLContext(seed: 1);
        var rows = BinaryRows(mlContext, seed: 1);

        var options = new DenseNetBinaryTrainer.Options { CheckpointDirectory = "checkpoints", CheckpointInterval = TimeSpan.FromMinutes(1) };
        var model = mlContext.BinaryClassification.Trainers.DenseNet(options).Fit(rows);

        Assert.IsNotEmpty(model.Model.Network.History);
        Assert.IsEmpty(Directory.GetFileSystemEntries("checkpoints"));
    }

    [TestMethod]
    public void Serving()
    {
        var mlContext = new MLContext(seed: 1);
        var rows = BinaryRows(mlContext, seed: 1);
        mlContext.Model.Save(mlContext.BinaryClassification.Trainers.DenseNet(numberOfEpochs: 5).Fit(rows), rows.Schema, ModelFile);
        float[] features = new float[5];

        var network = TrainedNetwork.Load(ModelFile);
        Span<float> probability = stackalloc float[1];
        network.Predict(features, probability);

        Assert.IsTrue(probability[0] is > 0 and < 1);
    }

    [TestMethod]
    public void Devices()
    {
        var mlContext = new MLContext(seed: 1);
        mlContext.GpuDeviceId = 0;
        mlContext.FallbackToCpu = true;
        var options = new DenseNetBinaryTrainer.Options { Device = DenseNetDevice.Cuda(0) };

        Assert.AreEqual(DenseNetDevice.Cuda(), options.Device);
    }

    [TestMethod]
    public void Ensemble()
    {
        var options = new DenseNetMulticlassTrainer.Options { HiddenUnits = [64, 64], EnsembleSize = 8 };

        (options.Seed, options.NumberOfEpochs) = (1, 20);
        var mlContext = new MLContext(seed: 1);
        var flowers = Flowers(mlContext);
        var pipeline = mlContext.Transforms.Concatenate("Features", "PetalLength", "PetalWidth")
            .Append(mlContext.Transforms.Conversion.MapValueToKey("Label", "Species"))
            .Append(mlContext.MulticlassClassification.Trainers.DenseNet(options));
        var metrics = mlContext.MulticlassClassification.Evaluate(pipeline.Fit(flowers).Transform(flowers));
        Assert.IsGreaterThan(0.9, metrics.MacroAccuracy);
    }

    [TestMethod]
    public void Importance()
    {
        var mlContext = new MLContext(seed: 1);
        var rows = BinaryRows(mlContext, seed: 1);

        var model = mlContext.BinaryClassification.Trainers.DenseNet().Fit(rows);
        var importance = mlContext.BinaryClassification.PermutationFeatureImportance(model, model.Transform(rows), permutationCount: 3);

        Assert.HasCount(5, importance);
    }

    private static IDataView BinaryRows(MLContext mlContext, int seed) =>
        DenseNetDatasets.MakeClassification(rows: 200, features: 5, informative: 3, seed: seed).ToDataView(mlContext);

    private static IDataView Flowers(MLContext mlContext)
    {
        var rows = DenseNetDatasets.MakeClassification(rows: 150, features: 2, informative: 2, redundant: 0, classes: 3, separation: 3, noise: 0, clustersPerClass: 1);
        string[] species = ["setosa", "versicolor", "virginica"];
        return mlContext.Data.LoadFromEnumerable(rows.Features.Zip(rows.Labels, (row, label) =>
            new Flower { PetalLength = row[0], PetalWidth = row[1], Species = species[label] }).ToArray());
    }

    private static IDataView Houses(MLContext mlContext)
    {
        var random = new Random(1);
        string[] districts = ["Center", "North", "South"];
        return mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(_ =>
        {
            float area = random.Next(40, 200);
            int rooms = random.Next(1, 7), district = random.Next(3);
            return new House { Area = area, Rooms = rooms, District = districts[district], Price = 1000 * area * (3 - district) + 5000 * rooms };
        }).ToArray());
    }
}
