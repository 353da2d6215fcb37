using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>
/// A device that torch trains on. Every test runs on two: an NVIDIA GPU, where there is one, and the CPU with everything left to torch. The
/// second runs the same code of ours, so the comparisons show on any machine that they hold and what they catch.
/// </summary>
/// <param name="Name">Its name in test results.</param>
/// <param name="Option">The trainers' option.</param>
public sealed record DeviceUnderTest(string Name, DenseNetDevice Option)
{
    public static IEnumerable<object[]> All => [[new DeviceUnderTest("TorchCpu", DenseNetDevice.TorchCpu)], [new DeviceUnderTest("Cuda", DenseNetDevice.Cuda())]];

    /// <summary>Torch's name for it.</summary>
    internal Device Torch => TorchRuntime.DeviceOf(Option);

    internal bool IsGpu => Option.Kind == DeviceKind.Cuda;

    /// <summary>Ends the test without a verdict if the machine lacks the device, or as a failure if DENSENET_REQUIRE_GPU says that it has it.</summary>
    public void Require()
    {
        TorchRuntime.EnsureLoaded();
        if (!IsGpu || cuda.is_available())
            return;
        if (Environment.GetEnvironmentVariable("DENSENET_REQUIRE_GPU") == "1")
            InitializeDeviceType(DeviceType.CUDA); // throws, and says what was tried
        Assert.Inconclusive("Torch finds no CUDA GPU.");
    }

    /// <summary>The same training on this device.</summary>
    internal TrainingPlan Move(TrainingPlan plan) => plan with { Device = Torch, UsesOnlyTorch = !IsGpu };

    public override string ToString() => Name;
}
