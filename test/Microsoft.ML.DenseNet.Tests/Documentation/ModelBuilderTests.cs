using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What docs/model-builder.md promises: a project with LightGbm differs from one with a dense network in the trainer's line alone.</summary>
[TestClass]
public sealed class ModelBuilderTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow("ModelBuilder.Classification", "HouseVotes", "house-votes.csv", "party")]
    [DataRow("ModelBuilder.Multiclass", "Iris", "iris.csv", "species")]
    public void A_classification_project_works_with_either_trainer(string folder, string name, string file, string label)
    {
        var trees = Use(new ModelBuilderProject(folder, name, file, LightGbm("MulticlassClassification", "Multiclass", label)), label);
        var network = Use(new ModelBuilderProject(folder, name, file), label);
        AssertRankTheSameFeatures(trees, network);

        var bar = _ml.MulticlassClassification.Evaluate(trees.Scored, label);
        var metrics = _ml.MulticlassClassification.Evaluate(network.Scored, label);
        Assert.IsLessThan(bar.LogLoss + 0.03, metrics.LogLoss);
        Assert.IsGreaterThan(bar.MacroAccuracy - 0.03, metrics.MacroAccuracy);
    }

    [TestMethod]
    public void A_regression_project_works_with_either_trainer()
    {
        var trees = Use(new ModelBuilderProject("ModelBuilder.Regression", "Automobile", "automobile.csv", LightGbm("Regression", "Regression", "price")), "price");
        var network = Use(new ModelBuilderProject("ModelBuilder.Regression", "Automobile", "automobile.csv"), "price");
        AssertRankTheSameFeatures(trees, network);
        Assert.IsGreaterThan(_ml.Regression.Evaluate(trees.Scored, "price").RSquared, _ml.Regression.Evaluate(network.Scored, "price").RSquared);
    }

    /// <summary>The data says '?' for a number that is not known; 0 would be a number.</summary>
    [TestMethod]
    public void Missing_numbers_are_read_as_missing()
    {
        var rows = new ModelBuilderProject("ModelBuilder.Regression", "Automobile", "automobile.csv").Load(_ml);
        Assert.AreEqual(37, rows.GetColumn<float>("normalized-losses").Count(float.IsNaN));
        Assert.IsFalse(rows.GetColumn<float>("price").Any(float.IsNaN));
    }

    /// <summary>Model Builder maps labels of any type to keys, and predicted keys back.</summary>
    [TestMethod]
    [DataRow(nameof(LabeledRow.Text))]
    [DataRow(nameof(LabeledRow.Number))]
    [DataRow(nameof(LabeledRow.Flag))]
    public void Two_classes_of_any_type_go_through_the_multiclass_pipeline(string label)
    {
        var rows = _ml.Data.LoadFromEnumerable(LabeledRow.Make());
        var pipeline = _ml.Transforms.Concatenate("Features", nameof(LabeledRow.Signal), nameof(LabeledRow.Noise))
            .Append(_ml.Transforms.Conversion.MapValueToKey(outputColumnName: label, inputColumnName: label, addKeyValueAnnotationsAsText: false))
            .Append(_ml.MulticlassClassification.Trainers.DenseNet(labelColumnName: label, featureColumnName: "Features", hiddenUnits: [16], learningRate: 0.01, numberOfEpochs: 50))
            .Append(_ml.Transforms.Conversion.MapKeyToValue(outputColumnName: "PredictedLabel", inputColumnName: "PredictedLabel"));
        var model = pipeline.Fit(rows);
        var scored = model.Transform(rows);

        Assert.AreEqual(rows.Schema[label].Type, scored.Schema["PredictedLabel"].Type);
        Assert.IsGreaterThan(0.95, Agreement(rows, scored, label));
        var importance = _ml.MulticlassClassification.PermutationFeatureImportance(model, scored, labelColumnName: label);
        Assert.IsLessThan(-0.3, importance[nameof(LabeledRow.Signal)].MacroAccuracy.Mean);
        Assert.AreEqual(0, importance[nameof(LabeledRow.Noise)].MacroAccuracy.Mean, 0.05);
    }

    /// <summary>Newer versions of Model Builder leave Boolean labels as they are.</summary>
    [TestMethod]
    public void True_and_false_go_through_the_binary_pipeline()
    {
        var rows = _ml.Data.LoadFromEnumerable(LabeledRow.Make());
        var pipeline = _ml.Transforms.Concatenate("Features", nameof(LabeledRow.Signal), nameof(LabeledRow.Noise))
            .Append(_ml.BinaryClassification.Trainers.DenseNet(labelColumnName: nameof(LabeledRow.Flag), featureColumnName: "Features", hiddenUnits: [16], learningRate: 0.01, numberOfEpochs: 50));
        var model = pipeline.Fit(rows);
        var scored = model.Transform(rows);

        Assert.IsGreaterThan(0.95, Agreement(rows, scored, nameof(LabeledRow.Flag)));
        var importance = _ml.BinaryClassification.PermutationFeatureImportanceNonCalibrated(model, scored, labelColumnName: nameof(LabeledRow.Flag));
        Assert.IsLessThan(-0.3, importance[nameof(LabeledRow.Signal)].Accuracy.Mean);
        Assert.AreEqual(0, importance[nameof(LabeledRow.Noise)].Accuracy.Mean, 0.05);
    }

    private static string LightGbm(string catalog, string task, string label) =>
        $"mlContext.{catalog}.Trainers.LightGbm(new Microsoft.ML.Trainers.LightGbm.LightGbm{task}Trainer.Options() {{ LabelColumnName = @\"{label}\", FeatureColumnName = @\"Features\", Seed = 1, NumberOfThreads = 1 }})";

    /// <summary>Trains, saves and loads with a project's code, and scores and evaluates held-out rows with the loaded model.</summary>
    private (IDataView Scored, List<Tuple<string, double>> Importance) Use(ModelBuilderProject project, string label)
    {
        var split = _ml.Data.TrainTestSplit(project.Load(_ml), testFraction: 0.25, seed: 1);
        var trained = project.RetrainModel(_ml, split.TrainSet);
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.FullName, "model.mlnet");
        project.SaveModel(_ml, trained, split.TrainSet, path);
        var model = _ml.Model.Load(path, out _);
        return (model.Transform(split.TestSet), project.CalculatePFI(_ml, split.TestSet, model, label));
    }

    private static void AssertRankTheSameFeatures((IDataView Scored, List<Tuple<string, double>> Importance) trees, (IDataView Scored, List<Tuple<string, double>> Importance) network)
    {
        CollectionAssert.AreEquivalent(trees.Importance.ConvertAll(feature => feature.Item1), network.Importance.ConvertAll(feature => feature.Item1));
        Assert.AreSequenceEqual(network.Importance.OrderByDescending(feature => feature.Item2).Select(feature => feature.Item2), network.Importance.Select(feature => feature.Item2));
        // What the trees find most important matters to the network as well.
        string strongest = trees.Importance[0].Item1;
        Assert.IsGreaterThan(0.01, network.Importance.Single(feature => feature.Item1 == strongest).Item2, strongest);
    }

    /// <summary>The share of rows whose predicted label is their own.</summary>
    private static double Agreement(IDataView rows, IDataView scored, string label)
    {
        static string[] Column(IDataView view, string name) => view.Schema[name].Type switch
        {
            BooleanDataViewType => [.. view.GetColumn<bool>(name).Select(value => value.ToString())],
            NumberDataViewType => [.. view.GetColumn<float>(name).Select(value => value.ToString(System.Globalization.CultureInfo.InvariantCulture))],
            _ => [.. view.GetColumn<string>(name)],
        };
        return Column(rows, label).Zip(Column(scored, "PredictedLabel"), (actual, predicted) => actual == predicted ? 1.0 : 0).Average();
    }

    /// <summary>A row whose class is the sign of a number, in three types.</summary>
    private sealed class LabeledRow
    {
        public float Signal { get; init; }

        public float Noise { get; init; }

        public string Text { get; init; } = "";

        public float Number { get; init; }

        public bool Flag { get; init; }

        public static LabeledRow[] Make()
        {
            var random = new Random(1);
            return [.. Enumerable.Range(0, 400).Select(_ => random.NextSingle() * 2 - 1).Select(signal => new LabeledRow
            {
                Signal = signal,
                Noise = random.NextSingle(),
                Text = signal > 0 ? "yes" : "no",
                Number = signal > 0 ? 1 : 0,
                Flag = signal > 0,
            })];
        }
    }
}
