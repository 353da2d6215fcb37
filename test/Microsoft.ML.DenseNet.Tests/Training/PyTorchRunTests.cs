using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>With scaling off, full batches and a seed, a training is the one that a PyTorch user would write.</summary>
[TestClass]
public sealed class PyTorchRunTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(42)]
    public void TrainerFollowsTheLossCurveOfAPlainLoop(int seed)
    {
        const int Epochs = 200;
        var rows = TrainingPlans.TwoClasses(100, 5, seed);
        using var network = PlainTorch.MakeNetwork(seed, 5, 8, 4, 1);
        double[] expected = PlainTorch.Train(network, rows, (x, y) => nn.functional.binary_cross_entropy_with_logits(x, y), p => optim.SGD(p, 0.1), Epochs);

        var mlContext = new MLContext();
        var data = InMemory.ToDataView(mlContext, rows);
        var transformer = mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            HiddenUnits = [8, 4],
            ScaleFeatures = false,
            Optimizer = Optimizers.SGD(),
            LearningRate = 0.1,
            NumberOfEpochs = Epochs,
            BatchSize = DenseNetOptions.FullBatch,
            Shuffle = false,
            Seed = seed,
        }).Fit(data);

        var history = transformer.Model.Network.History;
        Assert.HasCount(Epochs, history);
        for (int i = 0; i < Epochs; i++)
            Assert.AreEqual(expected[i], history[i].TrainingLoss, 1e-5, $"epoch {i + 1}");
        float[] weights = [.. transformer.Model.Network.Tensors.SelectMany(tensor => tensor.Values.ToArray())];
        CollectionAssert.AreEqual(PlainTorch.Flatten(network), weights, Comparer<float>.Create((a, b) => Math.Abs(a - b) < 1e-5 ? 0 : a.CompareTo(b)));
    }

    [TestMethod]
    public void InitialWeightsAreThoseOfManualSeed()
    {
        using var network = PlainTorch.MakeNetwork(7, 3, 6, 2);
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(6), Layer.ReLU, Layer.Linear(2)), 3);
        CollectionAssert.AreEqual(PlainTorch.Flatten(network), NetworkInitializer.Initialize(layout, Initialization.PyTorch, seed: 7));
    }
}
