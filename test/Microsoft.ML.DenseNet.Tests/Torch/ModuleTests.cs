using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Torch modules of the user's own, in place of a Layer.</summary>
[TestClass]
public sealed class ModuleTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Data => TestTransformers.Data(_ml, ScoringRow.Create(200));

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TrainsSavesLoadsAndScores(TaskCase task)
    {
        var trainer = Trainer(task, "funky-" + task.Name);
        var transformer = trainer.Fit(Data);
        var network = task.NetworkOf(transformer);
        Assert.IsLessThan(network.History[0].TrainingLoss, network.History[^1].TrainingLoss);
        Assert.IsTrue(network.Tensors.Any(tensor => tensor.Name.EndsWith("_norm.running_mean", StringComparison.Ordinal) && !tensor.IsTrained && tensor.Values.ToArray().Any(value => value != 0)));

        var loaded = EstimatorChecks.SaveAndLoad(transformer, Data.Schema, out _);
        DataViewAssert.SameSchema(transformer.Transform(Data).Schema, loaded.Transform(Data).Schema);
        CollectionAssert.AreEqual(Scores(transformer.Transform(Data)), Scores(loaded.Transform(Data)), SingleRounding.Comparer); // torch may round a block unlike a row

        // Scores are those of the module itself, given the saved values.
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var module = new FunkyNetwork(ScoringRow.Width, network.Layout.OutputWidth);
        var state = module.state_dict();
        foreach (var saved in network.Tensors.Where(saved => saved.Name.StartsWith("1.", StringComparison.Ordinal)))
            state[saved.Name[2..]].copy_(tensor(saved.Values.ToArray()).view(state[saved.Name[2..]].shape));
        module.eval();
        float[] mean = Values(network, "0.mean"), scale = Values(network, "0.scale");
        foreach (var row in ScoringRow.Create(20))
        {
            float[] standardized = [.. row.Features.Select((value, i) => (value - mean[i]) * scale[i])];
            float[] expected = module.forward(tensor(standardized, [1, standardized.Length])).data<float>().ToArray();
            if (network.Layout.Layer is SequentialLayer { Layers: [.., DestandardizeLayer] })
                expected[0] = expected[0] * Values(network, "2.scale")[0] + Values(network, "2.mean")[0];
            var actual = new float[network.Layout.OutputWidth];
            network.ComputeOutputs(row.Features, actual);
            CollectionAssert.AreEqual(expected, actual, SingleRounding.Comparer);
        }
    }

    [TestMethod]
    public void SameSeedGivesTheSameModuleAndLeavesTorchsSeedAlone()
    {
        float Draw() => rand(1).item<float>();
        random.manual_seed(11);
        float expected = Draw();
        random.manual_seed(11);
        float[] Train() => TaskCase.Binary.NetworkOf(Trainer(TaskCase.Binary, "same-seed").Fit(Data)).Parameters.ToArray();
        float[] first = Train();
        Assert.AreEqual(expected, Draw());
        CollectionAssert.AreEqual(first, Train());
    }

    [TestMethod]
    public void AModuleThatIsNotRegisteredIsNamed()
    {
        var tensors = new ModuleTensorList([new ModuleTensor("weight", [1, 2], true)]);
        var layout = new NetworkLayout(Layer.Sequential(new ModuleLayer("nobody knows it", 1, tensors)), 2);
        var program = NetworkProgram.Compile(layout, [1, 2], []);
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => program.Run([1, 1], new float[1]));
        StringAssert.Contains(error.Message, "nobody knows it");
        StringAssert.Contains(error.Message, "DenseNetModules.Register");

        DenseNetModules.Register("nobody knows it", inputs => nn.Linear(inputs, 1));
        error = Assert.ThrowsExactly<InvalidOperationException>(program.Prepare);
        StringAssert.Contains(error.Message, "bias [1]");

        DenseNetModules.Register("nobody knows it", inputs => nn.Linear(inputs, 1, hasBias: false));
        float[] output = new float[1];
        program.Run([1, 1], output);
        Assert.AreEqual(3, output[0]);
    }

    [TestMethod]
    public void ALoadedModelSaysWhichModuleIsMissingWhenItTransforms()
    {
        var layer = Layer.Sequential(new ModuleLayer("missing after loading", 1, new ModuleTensorList([new ModuleTensor("weight", [1, ScoringRow.Width], true)])));
        var network = TestNetworks.Create(layer, ScoringRow.Width);
        var transformer = new DenseNetBinaryTransformer(_ml, new DenseNetBinaryModelParameters(_ml, network.With(new NetworkSignature(LearningTask.BinaryClassification))), Data.Schema, "Features");
        var loaded = EstimatorChecks.SaveAndLoad(transformer, Data.Schema, out _);
        foreach (Action use in (Action[])[() => loaded.Transform(Data), () => _ml.Model.CreatePredictionEngine<ScoringRow, BinaryPrediction>(loaded)])
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(use).Message, "DenseNetModules.Register(\"missing after loading\"");
    }

    [TestMethod]
    public void ADifferentModuleOfTheSameTensorsIsRefused()
    {
        nn.Module<Tensor, Tensor> Network(int inputs, nn.Module<Tensor, Tensor> activation) => nn.Sequential(nn.Linear(inputs, 4), activation, nn.Linear(4, 1));
        var transformer = Fit(inputs => Network(inputs, nn.ReLU()), "two of a kind");
        float[] scores = Scores(transformer.Transform(Data));
        var loaded = EstimatorChecks.SaveAndLoad(transformer, Data.Schema, out _);
        Fit(inputs => Network(inputs, nn.Tanh()), "two of a kind"); // takes the name
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => loaded.Transform(Data));
        StringAssert.Contains(error.Message, "Sequential(0: Linear, 1: Tanh, 2: Linear), but the model's is Sequential(0: Linear, 1: ReLU, 2: Linear)");

        DenseNetModules.Register("two of a kind", inputs => Network(inputs, nn.ReLU()));
        CollectionAssert.AreEqual(scores, Scores(loaded.Transform(Data)), SingleRounding.Comparer);
    }

    [TestMethod]
    public void AFactoryThatMakesNoModuleIsNamed()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(_ => null!, name: null));
        StringAssert.Contains(error.Message, "The module is null: the function given to DenseNetOptions.Module");
        error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(_ => null!, "nothing"));
        StringAssert.Contains(error.Message, "The module 'nothing' is null");

        DenseNetModules.Register("nothing later", _ => null!);
        var layer = Layer.Sequential(new ModuleLayer("nothing later", 1, new ModuleTensorList([new ModuleTensor("weight", [1, 2], true)])));
        error = Assert.ThrowsExactly<InvalidOperationException>(NetworkProgram.Compile(new NetworkLayout(layer, 2), [1, 2], []).Prepare);
        StringAssert.Contains(error.Message, "The module 'nothing later' is null");
        StringAssert.Contains(error.Message, "DenseNetModules.Register");
    }

    [TestMethod]
    public void AContainerOfTorchsNeedsAName()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(inputs => nn.Sequential(nn.Linear(inputs, 1)), name: null));
        StringAssert.Contains(error.Message, "set ModuleName");
    }

    [TestMethod]
    public void AModuleOfAnotherPrecisionIsRefused()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(inputs => nn.Linear(inputs, 1, dtype: ScalarType.Float64), "double"));
        StringAssert.Contains(error.Message, "'weight' of module 'double' is Float64");
    }

    [TestMethod]
    public void DropoutInAModuleFollowsTheSeed()
    {
        float[] Train()
        {
            var transformer = Fit(inputs => nn.Sequential(nn.Linear(inputs, 8), nn.Dropout(0.5), nn.Linear(8, 1)), "drops out");
            return TaskCase.Binary.NetworkOf(transformer).Parameters.ToArray();
        }

        random.manual_seed(12);
        float expected = rand(1).item<float>();
        random.manual_seed(12);
        float[] first = Train();
        Assert.AreEqual(expected, rand(1).item<float>(), "torch's own random numbers go on as if nothing had been");
        CollectionAssert.AreEqual(first, Train());
    }

    [TestMethod]
    public void ALastBatchOfOneRowIsLeftOutOfBatchNorm()
    {
        // 200 rows in batches of 199: the variance of one row would be NaN, and stay in the running average.
        var transformer = Fit(inputs => new FunkyNetwork(inputs, 1), "norm of one", options => options.BatchSize = 199);
        Assert.IsTrue(Scores(transformer.Transform(Data)).All(float.IsFinite));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(inputs => new FunkyNetwork(inputs, 1), "norm of one", options => options.BatchSize = 1));
        StringAssert.Contains(error.Message, "BatchNorm");
    }

    [TestMethod]
    public void RAdamOfAModuleIsThatOfALayer()
    {
        double[] Losses(Action<DenseNetOptions> change) => [.. TaskCase.Binary.NetworkOf(TaskCase.Binary.Trainer(_ml, options =>
        {
            options.HiddenUnits = null;
            (options.Optimizer, options.LearningRate, options.NumberOfEpochs, options.BatchSize, options.Shuffle) = (Optimizers.RAdam(), 0.01, 20, DenseNetOptions.FullBatch, false);
            change(options);
        }).Fit(Data)).History.Select(epoch => epoch.TrainingLoss)];

        double[] ofLayer = Losses(options => options.Network = Layer.Sequential(Layer.Linear(6), Layer.ReLU));
        double[] ofModule = Losses(options => (options.Module, options.ModuleName) = (inputs => nn.Sequential(nn.Linear(inputs, 6), nn.ReLU(), nn.Linear(6, 1)), "radam"));
        for (int i = 0; i < ofLayer.Length; i++)
            Assert.AreEqual(ofLayer[i], ofModule[i], 1e-5, $"epoch {i + 1}");
        Assert.IsLessThan(ofLayer[0] - 1e-3, ofLayer[^1]);
    }

    [TestMethod]
    public void AnOutputOfTheWrongWidthIsRefused()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => TaskCase.Binary.Trainer(_ml, options =>
        {
            options.HiddenUnits = null;
            options.Module = inputs => nn.Linear(inputs, 3);
            options.ModuleName = "wide";
        }).Fit(Data));
        StringAssert.Contains(error.Message, "'wide' maps [2, 5] to [2, 3]");
    }

    [TestMethod]
    public void AModuleExcludesOtherNetworks()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => TaskCase.Binary.Trainer(_ml, options => options.Module = inputs => nn.Linear(inputs, 1)));
        StringAssert.Contains(error.Message, "HiddenUnits");
        error = Assert.ThrowsExactly<ArgumentException>(() => TaskCase.Binary.Trainer(_ml, options => options.ModuleName = "name"));
        StringAssert.Contains(error.Message, "Module is not set");
    }

    private IEstimator<ITransformer> Trainer(TaskCase task, string name) => task.Trainer(_ml, options =>
    {
        int outputs = task == TaskCase.Multiclass ? ScoringRow.ClassNames.Length : 1;
        options.HiddenUnits = null;
        options.Module = inputs => new FunkyNetwork(inputs, outputs);
        options.ModuleName = name;
        options.LearningRate = 0.01;
        options.NumberOfEpochs = 15;
        options.GradientClipNorm = 5;
    });

    private ITransformer Fit(ModuleFactory module, string? name, Action<DenseNetOptions>? change = null) => TaskCase.Binary.Trainer(_ml, options =>
    {
        options.HiddenUnits = null;
        (options.Module, options.ModuleName, options.NumberOfEpochs) = (module, name, 3);
        change?.Invoke(options);
    }).Fit(Data);

    private static float[] Scores(IDataView scored) =>
        scored.Schema["Score"].Type is VectorDataViewType ? [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)] : [.. scored.GetColumn<float>("Score")];

    private static float[] Values(TrainedNetwork network, string name) => network.Tensors.Single(tensor => tensor.Name == name).Values.ToArray();
}
