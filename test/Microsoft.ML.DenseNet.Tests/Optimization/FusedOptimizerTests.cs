using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What <see cref="OptimizerTests"/> cannot see of the fused pass: its division over cores and ranges.</summary>
[TestClass]
public sealed class FusedOptimizerTests
{
    public static IEnumerable<object[]> Fused() =>
        OptimizerSamples.Fused.Select(optimizer => new object[] { optimizer.Name, optimizer });

    [TestMethod]
    [DynamicData(nameof(Fused))]
    public void StepsAreTorchs(string name, Optimizer optimizer)
    {
        // A learning rate of 1, at which TorchSharp's RAdam, which takes its square, is right too.
        bool isRectified = name.StartsWith("RAdam", StringComparison.Ordinal);
        foreach (double weightDecay in optimizer.HasWeightDecay ? (double[])[0, 0.1] : [0])
        {
            ParameterGroup[] groups = [new(0, 37), new(37, 24, isRectified ? 1 : 0.5, 2)];
            float[] expected = RunTorch(optimizer, 61, groups, isRectified ? 1 : 0.05, weightDecay, steps: 100);
            float[] actual = Run(optimizer, 61, groups, isRectified ? 1 : 0.05, weightDecay, steps: 100);
            for (int i = 0; i < actual.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 5e-6 * (1 + Math.Abs(expected[i])), $"{name}, decay {weightDecay}, value {i}");
        }
    }

    [TestMethod]
    public void TheStepsOfRAdamAreProportionalToTheLearningRate()
    {
        // TorchSharp's are not, PyTorch's are.
        ParameterGroup[] all = [new(0, 30)];
        float[] start = Run(Optimizers.RAdam(), 30, all, 0, 0, 20), small = Run(Optimizers.RAdam(), 30, all, 0.01, 0, 20), large = Run(Optimizers.RAdam(), 30, all, 0.1, 0, 20);
        for (int i = 0; i < 30; i++)
            Assert.AreEqual(10 * (small[i] - start[i]), large[i] - start[i], 1e-5);
        Assert.AreNotEqual(start[0], large[0]);
    }

    [TestMethod]
    public void ValuesOutsideOfTheGroupsStay()
    {
        float[] start = Run(Optimizers.AdamW(), 100, [], steps: 3), part = Run(Optimizers.AdamW(), 100, [new(10, 20), new(50, 50)], steps: 3);
        CollectionAssert.AreEqual(start[..10], part[..10]);
        CollectionAssert.AreEqual(start[30..50], part[30..50]);
        CollectionAssert.AreEqual(Run(Optimizers.AdamW(), 100, [new(0, 100)], steps: 3)[50..], part[50..]);
    }

    [TestMethod]
    [DynamicData(nameof(Fused))]
    public void ManyCoresGiveTheBitsOfOne(string name, Optimizer optimizer)
    {
        const int Count = 140_001;
        float[] whole = Run(optimizer, Count, [new ParameterGroup(0, Count)]);
        float[] parts = Run(optimizer, Count, [.. Enumerable.Range(0, 10).Select(i => new ParameterGroup(i * 14_000, i == 9 ? Count - 126_000 : 14_000))]);
        CollectionAssert.AreEqual(whole, parts, name);
    }

    [TestMethod]
    public unsafe void OneThreadIsTheCallers()
    {
        const int Width = 1000, Rows = 400;
        var optimizer = new FusedOptimizer<ThreadRule>(default, Width * Rows, [new ParameterGroup(0, Width * Rows)]) { Threads = 1 };
        float[] values = new float[Width * Rows], gradients = new float[Width * Rows];
        ThreadRule.Seen.Clear();
        fixed (float* value = values, gradient = gradients)
        {
            for (int step = 0; step < 5; step++)
            {
                optimizer.Step(value, gradient, 0.1, 0);
                optimizer.StepRows(value, gradient, 0, Width, [.. Enumerable.Range(0, Rows)], 0.1, 0);
            }
        }

        CollectionAssert.AreEqual(new[] { Environment.CurrentManagedThreadId }, ThreadRule.Seen.Keys.ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(Fused))]
    public void FactorsScaleRateAndDecayOfTheirRange(string name, Optimizer optimizer)
    {
        // Half the rate and twice the decay on the second range are those settings in a separate run.
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
        // An optimizer without fused form: its ranges are parameters of their own.
        var custom = new Optimizer("unfused", (parameters, rate, decay) => optim.Adamax(parameters, rate, weight_decay: decay));
        var rows = TrainingPlans.TwoClasses(40, 3, 2);
        var plan = TrainingPlans.Plain(Layer.Sequential(Layer.Linear(4), Layer.Tanh, Layer.Linear(1)), 3, Losses.BinaryCrossEntropy(), custom, 0.01, 20, 2);
        int first = plan.Layout.Tensors[0].Count;
        var frozen = plan with { ParameterGroups = [new ParameterGroup(0, first, 0), new ParameterGroup(first, plan.Layout.ParameterCount - first)] };
        float[] initial = NetworkInitializer.Initialize(plan.Layout, Initialization.PyTorch, plan.Seed);
        float[] trained = TrainingRun.Train(frozen, rows, null).Parameters;
        CollectionAssert.AreEqual(initial[..first], trained[..first]);
        CollectionAssert.AreNotEqual(initial[first..], trained[first..]);
        CollectionAssert.AreNotEqual(initial[..first], TrainingRun.Train(plan, rows, null).Parameters[..first]);
    }

    private static unsafe float[] Run(Optimizer optimizer, int count, ParameterGroup[] groups, double learningRate = 0.01, double weightDecay = 0.1, int steps = 5)
    {
        var random = new Random(1);
        float[] values = Draw(random, count);
        var fused = optimizer.Fuse!(count, groups);
        for (int step = 0; step < steps; step++)
        {
            float[] gradients = Draw(random, count);
            fixed (float* value = values, gradient = gradients)
                fused.Step(value, gradient, learningRate, weightDecay);
        }

        return values;
    }

    /// <summary>As <see cref="Run"/>, by torch's own optimizer.</summary>
    private static float[] RunTorch(Optimizer optimizer, int count, ParameterGroup[] groups, double learningRate, double weightDecay, int steps)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var random = new Random(1);
        var values = tensor(Draw(random, count));
        var gradient = zeros(count);
        var torchs = groups.Select(group => optimizer.Create(
            [new Parameter(values.narrow(0, group.Offset, group.Count)) { grad = gradient.narrow(0, group.Offset, group.Count) }],
            learningRate * group.LearningRateFactor,
            weightDecay * group.WeightDecayFactor)).ToArray();
        for (int step = 0; step < steps; step++)
        {
            gradient.copy_(tensor(Draw(random, count)));
            foreach (var torch in torchs)
                torch.step();
        }

        foreach (var torch in torchs)
            torch.Dispose();
        return values.data<float>().ToArray();
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
}
