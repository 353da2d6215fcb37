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
            network.Predict(row.Features, actual);
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
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => NetworkProgram.Compile(layout, [1, 2], []));
        StringAssert.Contains(error.Message, "nobody knows it");
        StringAssert.Contains(error.Message, "DenseNetModules.Register");

        DenseNetModules.Register("nobody knows it", inputs => nn.Linear(inputs, 1));
        error = Assert.ThrowsExactly<InvalidOperationException>(() => NetworkProgram.Compile(layout, [1, 2], []));
        StringAssert.Contains(error.Message, "bias [1]");
    }

    [TestMethod]
    public void AnOutputOfTheWrongWidthIsRefused()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => TaskCase.Binary.Trainer(_ml, options =>
        {
            options.HiddenUnits = null;
            options.Module = inputs => nn.Linear(inputs, 3);
        }).Fit(Data));
        StringAssert.Contains(error.Message, "'Linear' maps [2, 5] to [2, 3]");
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

    private static float[] Scores(IDataView scored) =>
        scored.Schema["Score"].Type is VectorDataViewType ? [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)] : [.. scored.GetColumn<float>("Score")];

    private static float[] Values(TrainedNetwork network, string name) => network.Tensors.Single(tensor => tensor.Name == name).Values.ToArray();
}
