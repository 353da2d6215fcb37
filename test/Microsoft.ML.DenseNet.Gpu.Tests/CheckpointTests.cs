using Microsoft.ML.DenseNet.Tests;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>A training that is interrupted on the device and continues from its checkpoint ends as one that was not interrupted.</summary>
[TestClass]
public sealed class CheckpointTests
{
    private const int Epochs = 6;

    private static readonly Layer Network = Layer.Sequential(Layer.Linear(12), Layer.ReLU, Layer.Dropout(0.3f), Layer.Linear(1));

    private static readonly RowSet Rows = TrainingPlans.TwoClasses(53, 4, 1, weights: true), Validation = TrainingPlans.TwoClasses(30, 4, 2);

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void EveryOptimizerContinues(DeviceUnderTest device)
    {
        device.Require();
        foreach (var optimizer in OptimizerSamples.Fused)
            AssertContinues(device, Plan(optimizer, Network), $"{optimizer}");
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void EveryKindOfTrainingContinues(DeviceUnderTest device)
    {
        device.Require();
        var plan = Plan(Optimizers.AdamW(), Network);
        var ensemble = EnsembleNetwork.Of(Layer.Sequential(Layer.Linear(6), Layer.ReLU, Layer.Dropout(0.2f)), 3, 1, MeanKind.Probabilities);
        (string Name, TrainingPlan Plan)[] kinds =
        [
            ("dropout by a schedule", plan with { DropoutSchedule = Schedules.FlatCosine }),
            ("BatchNorm", Plan(Optimizers.AdamW(), Layer.Sequential(Layer.Linear(12), Layer.BatchNorm(), Layer.ReLU, Layer.Dropout(0.3f), Layer.Linear(1)))),
            ("bfloat16", plan with { Precision = Precision.BFloat16 }),
            ("TF32", plan with { Precision = Precision.TensorFloat32 }),
            ("plateau", plan with { Schedule = Schedules.ReduceOnPlateau(patience: 0, factor: 0.7), LearningRate = 0.3 }),
            ("rows on the host", plan with { KeepsRowsOnHost = true }),
            ("the last weights", plan with { RestoreBestWeights = false }),
            ("an ensemble", Plan(Optimizers.AdamW(), ensemble) with { Loss = Losses.BinaryCrossEntropy().OfMembers(3), ValidationLoss = Losses.BinaryCrossEntropy() }),
            ("a module", Plan(Optimizers.AdamW(), ModuleLayers.Describe(inputs => new FunkyNetwork(inputs, 1), "GpuCheckpointFunky", 4, 1))),
            ("two paces", plan with { ParameterGroups = [new(0, 20, 2, 0), new(20, plan.Layout.ParameterCount - 20, 0.5, 3)], WeightDecay = 0.1 }),
        ];
        foreach (var (name, kind) in kinds)
            AssertContinues(device, kind, name);
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void WhatTheStateHoldsMatters(DeviceUnderTest device)
    {
        // What the other tests compare tells a training that lost its optimizer's state, or its place in dropout's numbers, from one that did not.
        device.Require();
        var plan = device.Move(Plan(Optimizers.Adam(), Network));
        float[] whole = TrainingRun.Train(plan, Rows, Validation).Parameters;
        float[] half = TrainingRun.Train(plan with { NumberOfEpochs = Epochs / 2 }, Rows, null).Parameters;
        float[] rest = TrainingRun.Train(plan with { NumberOfEpochs = Epochs - (Epochs / 2), Parameters = half }, Rows, Validation).Parameters;
        Assert.IsGreaterThan(100 * Tolerance(device), whole.Zip(rest).Max(pair => Math.Abs(pair.First - pair.Second)) / whole.Max(Math.Abs));
    }

    /// <summary>On the CPU bit for bit; a GPU may add the same numbers in another order.</summary>
    private static double Tolerance(DeviceUnderTest device) => device.IsGpu ? 1e-5 : 0;

    private static TrainingPlan Plan(Optimizer optimizer, Layer network) =>
        TrainingPlans.Plain(network, 4, Losses.BinaryCrossEntropy(), optimizer, 0.02, Epochs, seed: 3) with { BatchSize = 10, Shuffle = true };

    private static void AssertContinues(DeviceUnderTest device, TrainingPlan plan, string name)
    {
        plan = device.Move(plan);
        var expected = TrainingRun.Train(plan, Rows, Validation);
        foreach (int after in (int[])[1, 4])
        {
            using var folder = new TemporaryFolder();
            var keeping = plan with { Checkpoint = new TrainingCheckpoint(new CheckpointFile(folder["fold-1.checkpoint"]), new CheckpointHeader(1, 1, []), TimeSpan.Zero, keepsFinished: false) };
            Assert.ThrowsExactly<InterruptedException>(() => TrainingRun.Train(keeping with { Observers = [new Interrupter(after)] }, Rows, Validation));
            torch.random.manual_seed(99); // nothing may depend on what the process drew before
            Close.Assert(expected, TrainingRun.Train(keeping, Rows, Validation), Tolerance(device), $"{name}, after {after}");
        }
    }
}
