using System.Reflection;
using Microsoft.ML.DenseNet.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>Every loss and every optimizer trains on the device as on the CPU, where the optimizers are this library's own.</summary>
[TestClass]
public sealed class LossAndOptimizerTests
{
    private const int Features = 5;

    private static readonly double[] ClassWeights = [0.5, 2, 1.25];

    private static readonly (LearningTask Task, Loss[] Losses)[] AllLosses =
    [
        (LearningTask.BinaryClassification, [Losses.BinaryCrossEntropy(), Losses.BinaryCrossEntropy(3, 0.2), Losses.Focal(), Losses.Focal(0.5), Losses.KullbackLeiblerDivergence(), Losses.KullbackLeiblerDivergence(0.2)]),
        (LearningTask.MulticlassClassification, [Losses.CrossEntropy(), Losses.CrossEntropy(0.1, ClassWeights), Losses.NegativeLogLikelihood(), Losses.NegativeLogLikelihood(ClassWeights), Losses.Focal(), Losses.KullbackLeiblerDivergence(0.1)]),
        (LearningTask.Regression, [Losses.MeanSquaredError(), Losses.MeanAbsoluteError(), Losses.SmoothL1(0.5), Losses.Huber(0.7), Losses.Poisson(), Losses.Quantile(0.9), Losses.Quantiles(0.1, 0.5, 0.9), Losses.Custom((x, y) => pow(x - y, 4)), Losses.Custom((x, y) => (x - y).abs().mean())]),
    ];

    [TestMethod]
    public void EveryLossIsAmongThem()
    {
        var names = typeof(Losses).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.ReturnType == typeof(Loss)).Select(method => method.Name).ToHashSet();
        Assert.IsGreaterThan(10, names.Count);
        names.ExceptWith(AllLosses.SelectMany(item => item.Losses).Select(loss => loss.Name.Split('(')[0]));
        Assert.IsEmpty(names);
    }

    [TestMethod]
    public void EveryOptimizerIsAmongThem()
    {
        var names = typeof(Optimizers).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.ReturnType == typeof(Optimizer)).Select(method => method.Name).ToHashSet();
        Assert.IsGreaterThan(10, names.Count);
        names.ExceptWith(AllOptimizers().Select(optimizer => optimizer.Name.Split('(')[0]));
        Assert.IsEmpty(names);
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void EveryLossTrainsAsOnTheCpu(DeviceUnderTest device)
    {
        device.Require();
        foreach (var (task, losses) in AllLosses)
        {
            var (rows, weighted, outputs) = (Rows(task, 1, weights: false), Rows(task, 2, weights: true), task == LearningTask.MulticlassClassification ? 3 : 1);
            foreach (var loss in losses)
            {
                var network = Layer.Sequential(Layer.Linear(8), Layer.Tanh, Layer.Linear(Math.Max(outputs, loss.Quantiles.Count)));
                var plan = TrainingPlans.Plain(network, Features, loss, Optimizers.SGD(), 0.02, epochs: 5, seed: 3, task) with { BatchSize = 20, Shuffle = true };
                Compare(device, plan, rows, rows, 1e-4, $"{task}, {loss}");
                if (loss.Name != "Custom" || loss == losses[^2]) // the last gives one value for all rows
                    Compare(device, plan, weighted, weighted, 1e-4, $"{task}, {loss}, weights");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void EveryOptimizerTrainsAsOnTheCpu(DeviceUnderTest device)
    {
        device.Require();
        var rows = Rows(LearningTask.BinaryClassification, 1, weights: false);
        foreach (var optimizer in AllOptimizers())
        {
            // A smooth network, whose gradients few roundings turn around, and which the sign rule of Rprop does not lead astray.
            var network = Layer.Sequential(Layer.Linear(8), Layer.Tanh, Layer.Linear(1));
            var plan = TrainingPlans.Plain(network, Features, Losses.BinaryCrossEntropy(), optimizer, Math.Clamp(optimizer.DefaultLearningRate, 0.01, 0.25), epochs: 8, seed: 3);
            Compare(device, plan, rows, rows, 3e-4, $"{optimizer}");
            if (!optimizer.HasWeightDecay)
                continue;
            int half = plan.Layout.ParameterCount / 2;
            var paced = plan with { WeightDecay = 0.05, ParameterGroups = [new(0, half, 0.5, 2), new(half, plan.Layout.ParameterCount - half)] };
            if (!optimizer.IsCustom)
                Compare(device, paced, rows, rows, 3e-4, $"{optimizer}, paced");
        }
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void SchedulesAndClippingActAsOnTheCpu(DeviceUnderTest device)
    {
        device.Require();
        var rows = Rows(LearningTask.BinaryClassification, 1, weights: true);
        var network = Layer.Sequential(Layer.Linear(8), Layer.Tanh, Layer.Linear(1));
        var plan = TrainingPlans.Plain(network, Features, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, epochs: 8, seed: 3) with { BatchSize = 16, Shuffle = true };
        (string Name, TrainingPlan Plan)[] kinds =
        [
            ("one cycle", plan with { Schedule = Schedules.OneCycle() }),
            ("plateau", plan with { Schedule = Schedules.ReduceOnPlateau(patience: 0, factor: 0.7) }),
            ("decay by a schedule", plan with { WeightDecay = 0.1, WeightDecaySchedule = Schedules.FlatCosine }),
            ("clipped norm", plan with { GradientClipNorm = 0.1 }),
            ("clipped values", plan with { GradientClipValue = 0.02 }),
            ("calibrated validation", plan with { CalibratesValidation = true }),
            ("first weights from data", plan with { InitializesFromData = true }),
            ("early stopping", plan with { LearningRate = 0.5, EarlyStoppingRound = 2, NumberOfEpochs = 30 }),
        ];
        foreach (var (name, kind) in kinds)
            Compare(device, kind, rows, Rows(LearningTask.BinaryClassification, 5, weights: true), 1e-3, name);
    }

    private static IEnumerable<Optimizer> AllOptimizers() =>
        [.. OptimizerSamples.Fused, Optimizers.SparseAdam(), Optimizers.LBFGS(4), Optimizers.Custom((parameters, rate, decay) => optim.Adam(parameters, rate, weight_decay: decay))];

    private static void Compare(DeviceUnderTest device, TrainingPlan plan, RowSet rows, RowSet validation, double tolerance, string what)
    {
        var expected = TrainingRun.Train(plan, rows, validation);
        var actual = TrainingRun.Train(device.Move(plan), rows, validation);
        Close.Assert(expected, actual, tolerance, what);
        Assert.AreEqual(expected.History.BestEpoch, actual.History.BestEpoch, what);
        float[] initial = NetworkInitializer.Initialize(plan.Layout, plan.Initialization, plan.Seed);
        Assert.IsTrue(initial.Zip(actual.Parameters).Any(pair => Math.Abs(pair.First - pair.Second) > 10 * tolerance * Math.Abs(pair.First)), $"{what}: it has learned");
    }

    private static RowSet Rows(LearningTask task, int seed, bool weights)
    {
        const int Count = 90;
        var random = new Random(seed);
        float[] features = [.. Enumerable.Range(0, Count * Features).Select(_ => (random.NextSingle() * 4) - 2)];
        float[] labels = [.. Enumerable.Range(0, Count).Select(row => Label(task, features.AsSpan(row * Features, Features)))];
        float[] exampleWeights = weights ? [.. Enumerable.Range(0, Count).Select(_ => 0.5f + random.NextSingle())] : [];
        return new RowSet(Features, weights, [new RowBlock(Count, features, labels, exampleWeights)]);
    }

    private static float Label(LearningTask task, ReadOnlySpan<float> row)
    {
        float sum = row[0] - (row[1] / 2) + row[2];
        return task switch
        {
            LearningTask.BinaryClassification => sum > 0 ? 1 : 0,
            LearningTask.MulticlassClassification => sum < -1 ? 0 : sum < 1 ? 1 : 2,
            _ => Math.Abs(sum), // Poisson wants numbers of at least 0
        };
    }
}
