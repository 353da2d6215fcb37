namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What <see cref="OptimizerTests"/> cannot see of the fused pass: its division over cores and ranges.</summary>
[TestClass]
public sealed class FusedOptimizerTests
{
    public static IEnumerable<object[]> Fused() =>
        new[] { Optimizers.SGD(0.9), Optimizers.Adam(amsgrad: true), Optimizers.AdamW(), Optimizers.Adagrad(), Optimizers.RMSprop(momentum: 0.5, centered: true) }
            .Select(optimizer => new object[] { optimizer.Name, optimizer });

    [TestMethod]
    [DynamicData(nameof(Fused))]
    public void ManyCoresGiveTheBitsOfOne(string name, Optimizer optimizer)
    {
        const int Count = 300_001;
        float[] whole = Run(optimizer, Count, [new ParameterGroup(0, Count)]);
        float[] parts = Run(optimizer, Count, [.. Enumerable.Range(0, 10).Select(i => new ParameterGroup(i * 30_000, i == 9 ? Count - 270_000 : 30_000))]);
        CollectionAssert.AreEqual(whole, parts, name);
    }

    [TestMethod]
    [DynamicData(nameof(Fused))]
    public void FactorsScaleRateAndDecayOfTheirRange(string name, Optimizer optimizer)
    {
        // Half the rate and twice the decay on the second range are those settings on a run of its own.
        float[] mixed = Run(optimizer, 40, [new ParameterGroup(0, 20), new ParameterGroup(20, 20, 0.5, 2)]);
        float[] plain = Run(optimizer, 40, [new ParameterGroup(0, 40)]);
        float[] other = Run(optimizer, 40, [new ParameterGroup(0, 40)], learningRate: 0.005, weightDecay: 0.2);
        CollectionAssert.AreEqual(plain[..20], mixed[..20], name);
        CollectionAssert.AreEqual(other[20..], mixed[20..], name);
        CollectionAssert.AreNotEqual(plain[20..], mixed[20..], name);
    }

    [TestMethod]
    public void TorchsOwnOptimizerFollowsTheSameFactors()
    {
        // Adamax has no fused form: its ranges are parameters of their own.
        var rows = TrainingPlans.TwoClasses(40, 3, 2);
        var plan = TrainingPlans.Plain(Layer.Sequential(Layer.Linear(4), Layer.Tanh, Layer.Linear(1)), 3, Losses.BinaryCrossEntropy(), Optimizers.Adamax(), 0.01, 20, 2);
        int first = plan.Layout.Slots[0].Count;
        var frozen = plan with { ParameterGroups = [new ParameterGroup(0, first, 0), new ParameterGroup(first, plan.Layout.ParameterCount - first)] };
        float[] initial = NetworkInitializer.Initialize(plan.Layout, Initialization.PyTorch, plan.Seed);
        float[] trained = TrainingRun.Train(frozen, rows, null).Parameters;
        CollectionAssert.AreEqual(initial[..first], trained[..first]);
        CollectionAssert.AreNotEqual(initial[first..], trained[first..]);
        CollectionAssert.AreNotEqual(initial[..first], TrainingRun.Train(plan, rows, null).Parameters[..first]);
    }

    private static unsafe float[] Run(Optimizer optimizer, int count, ParameterGroup[] groups, double learningRate = 0.01, double weightDecay = 0.1)
    {
        var random = new Random(1);
        float[] values = Draw(), gradients = new float[count];
        var fused = optimizer.Fuse!(count, groups);
        for (int step = 0; step < 5; step++)
        {
            gradients = Draw();
            fixed (float* value = values, gradient = gradients)
                fused.Step(value, gradient, learningRate, weightDecay);
        }

        return values;

        float[] Draw() => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }
}
