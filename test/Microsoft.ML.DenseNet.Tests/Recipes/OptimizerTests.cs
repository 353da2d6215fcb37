using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Each optimizer on the flat parameter is torch's own on the separate ones.</summary>
[TestClass]
public sealed class OptimizerTests
{
    public static IEnumerable<object[]> Cases() =>
    [
        Case(Optimizers.SGD(), 0.1, 0, p => optim.SGD(p, 0.1)),
        Case(Optimizers.SGD(momentum: 0.9), 0.05, 0.01, p => optim.SGD(p, 0.05, momentum: 0.9, weight_decay: 0.01)),
        Case(Optimizers.SGD(momentum: 0.8, nesterov: true), 0.05, 0, p => optim.SGD(p, 0.05, momentum: 0.8, nesterov: true)),
        Case(Optimizers.Adam(), 0.01, 0, p => optim.Adam(p, 0.01)),
        Case(Optimizers.Adam(0.8, 0.95, 1e-6, amsgrad: true), 0.01, 0.1, p => optim.Adam(p, 0.01, 0.8, 0.95, 1e-6, 0.1, amsgrad: true)),
        Case(Optimizers.AdamW(), 0.01, 0.05, p => optim.AdamW(p, 0.01, weight_decay: 0.05)),
        Case(Optimizers.AdamW(0.9, 0.95), 0.02, 0, p => optim.AdamW(p, 0.02, 0.9, 0.95, weight_decay: 0)),
        Case(Optimizers.SparseAdam(), 0.01, 0, p => optim.Adam(p, 0.01)),
        Case(Optimizers.Adamax(), 0.01, 0.01, p => optim.Adamax(p, 0.01, weight_decay: 0.01)),
        Case(Optimizers.NAdam(), 0.01, 0.01, p => optim.NAdam(p, 0.01, weight_decay: 0.01)),
        Case(Optimizers.Adadelta(), 1, 0.01, p => optim.Adadelta(p, 1, weight_decay: 0.01)),
        Case(Optimizers.Adagrad(), 0.05, 0.01, p => optim.Adagrad(p, 0.05, weight_decay: 0.01)),
        Case(Optimizers.Adagrad(0.1, 0.5), 0.05, 0, p => optim.Adagrad(p, 0.05, 0.1, 0, 0.5)),
        Case(Optimizers.RMSprop(), 0.01, 0.01, p => optim.RMSProp(p, 0.01, weight_decay: 0.01)),
        Case(Optimizers.RMSprop(0.9, 1e-6, 0.5, centered: true), 0.01, 0, p => optim.RMSProp(p, 0.01, 0.9, 1e-6, 0, 0.5, true)),
        Case(Optimizers.Rprop(), 0.01, 0, p => optim.Rprop(p, 0.01)),
        Case(Optimizers.ASGD(1e-3, 0.5, 10), 0.05, 0.01, p => optim.ASGD(p, 0.05, 1e-3, 0.5, 10, 0.01)),
        // Few steps: without a line search L-BFGS is chaotic on this loss, and rounding grows until the runs part.
        Case(Optimizers.LBFGS(5, 10), 0.1, 0, p => optim.LBFGS(p, 0.1, 5, 6, history_size: 10), steps: 8),
        Case(Optimizers.Custom((p, rate, decay) => optim.SGD(p, rate, weight_decay: decay)), 0.1, 0.01, p => optim.SGD(p, 0.1, weight_decay: 0.01)),
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void StepsAreThoseOfTorchsOwnOptimizer(string name, Optimizer optimizer, double learningRate, double weightDecay, Func<IEnumerable<Parameter>, optim.Optimizer> plain, int steps)
    {
        const int Seed = 3;
        var rows = TrainingPlans.TwoClasses(60, 4, Seed);
        using var network = PlainTorch.MakeNetwork(Seed, 4, 6, 3, 1);
        double[] expected = PlainTorch.Train(network, rows, (x, y) => nn.functional.binary_cross_entropy_with_logits(x, y), plain, steps);

        var layer = Layer.Sequential(Layer.Linear(6), Layer.ReLU, Layer.Linear(3), Layer.ReLU, Layer.Linear(1));
        var plan = TrainingPlans.Plain(layer, 4, Losses.BinaryCrossEntropy(), optimizer, learningRate, steps, Seed) with { WeightDecay = weightDecay };
        var result = TrainingRun.Train(plan, rows, null);

        for (int i = 0; i < steps; i++)
            Assert.AreEqual(expected[i], result.History[i].TrainingLoss, 2e-5, $"{name}, step {i}");
        Assert.IsLessThan(expected[0], result.History[^1].TrainingLoss, $"{name} learns");
    }

    [TestMethod]
    public void ACustomOptimizerSeesEveryTensorAndKeepsItsRates()
    {
        const int Seed = 3, Steps = 40;
        var rows = TrainingPlans.TwoClasses(60, 4, Seed);
        using var network = PlainTorch.MakeNetwork(Seed, 4, 6, 1);
        optim.Optimizer Grouped(IReadOnlyList<Parameter> p) => optim.SGD([new SGD.ParamGroup([p[0], p[2]], 0.3), new SGD.ParamGroup([p[1], p[3]], 0.05)], 0.1);
        double[] expected = PlainTorch.Train(network, rows, (x, y) => nn.functional.binary_cross_entropy_with_logits(x, y), p => Grouped([.. p]), Steps);

        string shapes = "";
        var optimizer = Optimizers.Custom((p, rate, decay) =>
        {
            shapes = string.Join(' ', p.Select(parameter => $"[{string.Join(", ", parameter.shape)}]"));
            return Grouped(p);
        });
        var plan = TrainingPlans.Plain(Layer.Sequential(Layer.Linear(6), Layer.ReLU, Layer.Linear(1)), 4, Losses.BinaryCrossEntropy(), optimizer, 0.001, Steps, Seed);
        var history = TrainingRun.Train(plan, rows, null).History;
        Assert.AreEqual("[6, 4] [6] [1, 6] [1]", shapes);
        for (int i = 0; i < Steps; i++)
            Assert.AreEqual(expected[i], history[i].TrainingLoss, 2e-5, $"step {i}");

        // A schedule multiplies those rates; at 0 nothing moves.
        history = TrainingRun.Train(plan with { Schedule = Schedules.Custom(point => point.Epoch < 2 ? 1 : 0) }, rows, null).History;
        Assert.AreEqual(expected[2], history[2].TrainingLoss, 2e-5);
        Assert.AreEqual(history[2].TrainingLoss, history[9].TrainingLoss);
    }

    [TestMethod]
    public void TorchsAdamWFollowsTheWeightDecaysSchedule()
    {
        var rows = TrainingPlans.TwoClasses(60, 4, 3);
        TrainingHistory Train(Optimizer optimizer) => TrainingRun.Train(
            TrainingPlans.Plain(Layer.Sequential(Layer.Linear(6), Layer.Tanh, Layer.Linear(1)), 4, Losses.BinaryCrossEntropy(), optimizer, 0.02, 40, 3) with
            {
                WeightDecay = 0.8,
                WeightDecaySchedule = Schedules.Custom(point => point.Epoch % 3 / 2.0), // 0, a half, 1 and again
            },
            rows,
            null).History;
        var fused = Train(Optimizers.AdamW());
        var torchs = Train(new Optimizer("unfused", (parameters, rate, decay) => optim.AdamW(parameters, rate, weight_decay: decay)));
        for (int i = 0; i < fused.Count; i++)
            Assert.AreEqual(fused[i].TrainingLoss, torchs[i].TrainingLoss, 2e-5, $"step {i}");
    }

    [TestMethod]
    public void ACustomOptimizerMayNeedAClosureAndMustExist()
    {
        var rows = TrainingPlans.TwoClasses(60, 4, 3);
        TrainingHistory Train(Optimizer optimizer) => TrainingRun.Train(TrainingPlans.Plain(Layer.Linear(1), 4, Losses.BinaryCrossEntropy(), optimizer, 0.1, 6, 3), rows, null).History;
        var own = Train(Optimizers.Custom((p, rate, decay) => optim.LBFGS(p, rate, 5, 6, history_size: 10)));
        var ours = Train(Optimizers.LBFGS(5, 10));
        for (int i = 0; i < own.Count; i++)
            Assert.AreEqual(ours[i].TrainingLoss, own[i].TrainingLoss, 1e-5, $"step {i}");

        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Train(Optimizers.Custom((_, _, _) => null!, "nothing")));
        StringAssert.Contains(error.Message, "'nothing' is null");
    }

    [TestMethod]
    public void NamesOfLbfgsTellAllItsSettings()
    {
        string[] names = [.. new[] { Optimizers.LBFGS(), Optimizers.LBFGS(maximumIterations: 3), Optimizers.LBFGS(historySize: 3), Optimizers.LBFGS(gradientTolerance: 1e-3), Optimizers.LBFGS(changeTolerance: 1e-3) }.Select(optimizer => optimizer.Name)];
        Assert.HasCount(5, names.Distinct());
    }

    [TestMethod]
    public void TheStepsOfRpropMayAllBeOfOneSize()
    {
        var rows = TrainingPlans.TwoClasses(60, 4, 3);
        var plan = TrainingPlans.Plain(Layer.Linear(1), 4, Losses.BinaryCrossEntropy(), Optimizers.Rprop(minimumStep: 0.25, maximumStep: 0.25), 0.25, 1, 3);
        float[] before = NetworkInitializer.Initialize(plan.Layout, plan.Initialization, plan.Seed), after = TrainingRun.Train(plan, rows, null).Parameters;
        for (int i = 0; i < before.Length; i++)
            Assert.AreEqual(0.25, Math.Abs(after[i] - before[i]), 1e-6);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Optimizers.Rprop(minimumStep: 1, maximumStep: 0.9)).Message, "maximumStep is 0.9; it must be at least 1");
    }

    [TestMethod]
    public void OptionsOutOfRangeAreNamed()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Optimizers.SGD(momentum: 1)).Message, "momentum is 1");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Optimizers.Adam(beta2: -0.1)).Message, "beta2 is -0.1");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Optimizers.RMSprop(epsilon: 0)).Message, "epsilon is 0");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Optimizers.SGD(nesterov: true)).Message, "momentum");
    }

    private static object[] Case(Optimizer optimizer, double learningRate, double weightDecay, Func<IEnumerable<Parameter>, optim.Optimizer> plain, int steps = 100) =>
        [optimizer.Name, optimizer, learningRate, weightDecay, plain, steps];
}
