using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Loads libtorch and finds the device to train on, with messages that say what to do if either fails.</summary>
internal static class TorchRuntime
{
    private static readonly Lazy<Exception?> LoadFailure = new(TryLoad);

    /// <summary>Makes sure that libtorch is loaded.</summary>
    /// <param name="module">The name of the module that needs it to predict; null if training needs it.</param>
    /// <exception cref="InvalidOperationException">It cannot be loaded; the message names the package to add.</exception>
    public static void EnsureLoaded(string? module = null)
    {
        if (LoadFailure.Value is { } failure)
            throw new InvalidOperationException(Explain(failure.Message, module)); // an inner exception would hide the message from GetBaseException
    }

    /// <summary>Returns the device for an option, given what ML.NET's context says about GPUs: never <see cref="DenseNetDevice.Auto"/>.</summary>
    /// <param name="device">The option.</param>
    /// <param name="gpuDeviceId"><c>mlContext.GpuDeviceId</c>.</param>
    /// <param name="fallbackToCpu"><c>mlContext.FallbackToCpu</c>.</param>
    /// <param name="warn">Called if the CPU takes over.</param>
    public static DenseNetDevice Resolve(DenseNetDevice device, int? gpuDeviceId, bool fallbackToCpu, Action<string> warn)
    {
        EnsureLoaded();
        switch (device.Kind)
        {
            case DeviceKind.Auto when gpuDeviceId is { } id:
                if (cuda.is_available() && id >= 0 && id < cuda.device_count())
                    return DenseNetDevice.Cuda(id);
                if (!fallbackToCpu)
                    throw new InvalidOperationException($"mlContext.GpuDeviceId is {id} and FallbackToCpu is false, but torch finds {GpuCount()}. Reference a CUDA build of libtorch, correct the id, or set FallbackToCpu.");
                warn($"mlContext.GpuDeviceId is {id}, but torch finds {GpuCount()}: training on the CPU.");
                return DenseNetDevice.Cpu;
            case DeviceKind.Cuda when cuda.is_available() && device.Index < cuda.device_count():
            case DeviceKind.Mps when mps_is_available():
            case DeviceKind.TorchCpu:
                return device;
            case DeviceKind.Cuda or DeviceKind.Mps:
                throw new InvalidOperationException($"Device is {device}, but torch finds {(device.Kind == DeviceKind.Cuda ? GpuCount() : "no Apple GPU")}. Take DenseNetDevice.Auto or Cpu, or reference a build of libtorch for that device.");
            default:
                return DenseNetDevice.Cpu;
        }
    }

    /// <summary>Returns torch's name for a device that <see cref="Resolve"/> returned.</summary>
    public static Device DeviceOf(DenseNetDevice device) => device.Kind switch
    {
        DeviceKind.Cuda => new Device(DeviceType.CUDA, device.Index),
        DeviceKind.Mps => MPS,
        _ => CPU,
    };

    /// <summary>The precision in which a device sums many numbers: double if it has it.</summary>
    public static ScalarType SumPrecision(Device device) => device.type == DeviceType.MPS ? ScalarType.Float32 : ScalarType.Float64;

    private static string GpuCount() => cuda.is_available() ? $"{cuda.device_count()} CUDA GPU(s)" : "no CUDA GPU";

    private static Exception? TryLoad()
    {
        try
        {
            // Loaded directly first: the system loader's own message says what is missing, unlike TorchSharp's.
            foreach (string library in (string[])["torch_cpu", "LibTorchSharp"])
            {
                if (!NativeLibrary.TryLoad(library, typeof(torch).Assembly, null, out _) && library == "LibTorchSharp")
                    NativeLibrary.Load(library, typeof(torch).Assembly, null);
            }

            InitializeDeviceType(DeviceType.CPU);
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or TypeInitializationException or NotSupportedException)
        {
            return exception;
        }
    }

    private static string Explain(string loaderMessage, string? module)
    {
        var system = OperatingSystem.IsWindows() ? OSPlatform.Windows : OperatingSystem.IsMacOS() ? OSPlatform.OSX : OSPlatform.Linux;
        var architecture = RuntimeInformation.ProcessArchitecture;
        string message = module is null
            ? $"DenseNet trains with libtorch, which could not be loaded. {LibtorchPackage.Advice(system, architecture, "the application that trains")} Scoring a saved model needs none of them."
            : $"The model holds the torch module '{module}', which predicts with libtorch, and that could not be loaded. {LibtorchPackage.Advice(system, architecture, "this application")}";
        if (OperatingSystem.IsLinux())
        {
            message +=
                " On a Linux whose libstdc++ is older than GCC 13 (GLIBCXX_3.4.32), TorchSharp's native library loads only after a fix that this package's build applies to the output folder: " +
                "see that the MSBuild property DenseNetRelaxNativeSymbols is not set to false; where the project is referenced instead of the package, import its build/buildTransitive/Microsoft.ML.DenseNet.targets; " +
                "or install libstdc++ of GCC 13 or newer.";
        }

        return $"{message} The loader said: {loaderMessage}";
    }
}
