using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A training whose last step went too far is told of, though no loss was measured after it.</summary>
[TestClass]
public sealed class DivergenceTests
{
    private static readonly Layer Network = Layer.Sequential(Layer.Linear(8), Layer.ReLU, Layer.Linear(1));

    public static IEnumerable<object[]> Cases =>
    [
        [Network, 1e30, "Predictions became infinite or NaN in epoch 1 at learning rate 1E+30"], // the weights' products overflow
        [Network, 1e40, "Weights became infinite or NaN in epoch 1 at learning rate 1E+40"],
        [Layer.Sequential(Layer.Linear(8), Layer.BatchNorm(), Layer.Linear(1)), 1e40, "Weights became infinite or NaN"],
        [Layer.Sequential(Layer.Linear(8), TorchOnly.Layer, Layer.BatchNorm(), Layer.Linear(1)), 1e40, "Weights became infinite or NaN"], // by torch
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void TheLastStepIsCheckedToo(Layer network, double learningRate, string message)
    {
        var rows = TrainingPlans.TwoClasses(200, 3, 1);
        bool ended = false;
        var plan = Plan(network, learningRate) with { Observers = [new TrainingEnd(_ => ended = true)] };
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => TrainingRun.Train(plan, rows, null));
        StringAssert.Contains(exception.Message, message, StringComparison.Ordinal);
        StringAssert.Contains(exception.Message, "Try a lower LearningRate", StringComparison.Ordinal);
        Assert.IsFalse(ended);

        // What validation rows tell is told first.
        exception = Assert.ThrowsExactly<InvalidOperationException>(() => TrainingRun.Train(plan, rows, rows));
        StringAssert.Contains(exception.Message, "The validation loss became", StringComparison.Ordinal);
    }

    [TestMethod]
    public void SparseRowsAreTriedToo()
    {
        const int Width = RowSet.WideSlots, Count = 40;
        var random = new Random(1);
        float[] labels = [.. Enumerable.Range(0, Count).Select(_ => (float)random.Next(2))];
        var rows = new RowSet(Width, false, [new RowBlock(Count, default, labels, default, RandomSparseRows.Create(random, Count, Width, most: 10))]);
        var plan = TrainingPlans.Plain(Layer.Sequential(Layer.EmbeddingBag(5), Layer.ReLU, Layer.Linear(1)), Width, Losses.BinaryCrossEntropy(), Optimizers.SGD(), 1e30, 1, 1);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => TrainingRun.Train(plan, rows, null)).Message, "became infinite or NaN", StringComparison.Ordinal);
        Assert.HasCount(1, TrainingRun.Train(plan with { LearningRate = 0.1 }, rows, null).History);
    }

    [TestMethod]
    public void WithoutAnEpochTheWeightsAreThoseGiven()
    {
        var plan = Plan(Network, 1e30) with { NumberOfEpochs = 0 };
        float[] given = NetworkInitializer.Initialize(plan.Layout, Initialization.XavierNormal, 9);
        given[3] = float.PositiveInfinity; // not ours to judge: nothing was trained
        var result = TrainingRun.Train(plan with { Parameters = given }, TrainingPlans.TwoClasses(20, 3, 1), null);
        Assert.IsTrue(MemoryMarshal.AsBytes<float>(given).SequenceEqual(MemoryMarshal.AsBytes<float>(result.Parameters)));
        Assert.HasCount(0, result.History);
    }

    private static TrainingPlan Plan(Layer network, double learningRate) =>
        TrainingPlans.Plain(network, 3, Losses.BinaryCrossEntropy(), Optimizers.SGD(), learningRate, 1, 1);
}
