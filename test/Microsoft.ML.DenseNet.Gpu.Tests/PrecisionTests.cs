using Microsoft.ML.DenseNet.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>The coarser precisions on the device: used, and no coarser than they should be.</summary>
[TestClass]
public sealed class PrecisionTests
{
    private static readonly Layer Network = Layer.Sequential(Layer.Linear(256), Layer.ReLU, Layer.Linear(256), Layer.ReLU, Layer.Linear(1));

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void BFloat16GradientsAreOffByItsRounding(DeviceUnderTest device)
    {
        device.Require();
        double error = Error(device, Precision.BFloat16);
        Assert.IsLessThan(0.06, error);
        Assert.IsGreaterThan(1e-4, error, "bfloat16 was used");
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void TensorFloat32GradientsAreOffByItsRoundingOnGpusThatHaveIt(DeviceUnderTest device)
    {
        device.Require();
        double single = Error(device, Precision.Float32), coarse = Error(device, Precision.TensorFloat32);
        Console.WriteLine($"gradient off by {single:E1} in single precision, {coarse:E1} in TF32");
        Assert.IsLessThan(1e-5, single, "single precision must stay that on a GPU too");
        Assert.IsLessThan(0.01, coarse);
        if (!device.IsGpu)
            Assert.AreEqual(single, coarse, "the CPU has no TF32");
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void EveryPrecisionLearnsAsWell(DeviceUnderTest device)
    {
        device.Require();
        var rows = TrainingPlans.TwoClasses(600, 5, 1);
        var validation = TrainingPlans.TwoClasses(600, 5, 2);
        var plan = TrainingPlans.Plain(Layer.Sequential(Layer.Linear(64), Layer.ReLU, Layer.Linear(1)), 5, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.003, 15, 1) with { BatchSize = 32, Shuffle = true };
        double expected = TrainingRun.Train(plan, rows, validation).History.Min(epoch => epoch.ValidationLoss!.Value);
        Assert.IsLessThan(0.25, expected);
        foreach (var precision in Enum.GetValues<Precision>())
        {
            bool allowed = backends.cuda.matmul.allow_tf32;
            double actual = TrainingRun.Train(device.Move(plan) with { Precision = precision }, rows, validation).History.Min(epoch => epoch.ValidationLoss!.Value);
            Assert.AreEqual(expected, actual, 0.02, $"{precision}");
            Assert.AreEqual(allowed, backends.cuda.matmul.allow_tf32);
        }
    }

    /// <summary>How far a gradient on the device is from the one that the CPU computes in single precision, as a share of the latter's norm.</summary>
    private static double Error(DeviceUnderTest device, Precision precision)
    {
        float[] exact = Gradient(CPU, Precision.Float32), coarse;
        using (new TorchTensorFloat32(precision))
            coarse = Gradient(device.Torch, precision);
        double error = exact.Zip(coarse).Sum(pair => Math.Pow(pair.First - pair.Second, 2));
        return Math.Sqrt(error / exact.Sum(value => (double)value * value));
    }

    private static float[] Gradient(Device device, Precision precision)
    {
        using var scope = NewDisposeScope();
        var layout = new NetworkLayout(Network, 64);
        using var network = new TorchNetwork(layout, device, 1, precision, isOnHost: false);
        network.Load(NetworkInitializer.Initialize(layout, Initialization.PyTorch, 1), []);
        var rows = TrainingRows.From(TrainingPlans.TwoClasses(200, 64, 1), LearningTask.BinaryClassification, device, rows => rows);
        network.ZeroGradient();
        Losses.BinaryCrossEntropy().Mean(network.Forward(rows.Features, training: true), rows.Targets, null).backward();
        return network.CopyGradient();
    }
}
