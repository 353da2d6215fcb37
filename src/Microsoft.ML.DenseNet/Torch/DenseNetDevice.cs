namespace Microsoft.ML.DenseNet;

/// <summary>Where training runs.</summary>
public readonly record struct DenseNetDevice
{
    private readonly DeviceKind _kind;

    private DenseNetDevice(DeviceKind kind, int index = 0)
    {
        _kind = kind;
        Index = index;
    }

    /// <summary>
    /// The GPU named by <c>mlContext.GpuDeviceId</c>, or the CPU if it names none. A named GPU that is missing is an error if
    /// <c>mlContext.FallbackToCpu</c> is false; otherwise the CPU takes over.
    /// </summary>
    public static DenseNetDevice Auto => default;

    /// <summary>The CPU.</summary>
    public static DenseNetDevice Cpu => new(DeviceKind.Cpu);

    /// <summary>The GPU of Apple silicon.</summary>
    public static DenseNetDevice Mps => new(DeviceKind.Mps);

    /// <summary>The index of the CUDA GPU; 0 for other devices.</summary>
    public int Index { get; }

    internal DeviceKind Kind => _kind;

    /// <summary>The CPU, but torch computes everything: what runs on a GPU can then be tested, and compared, on a machine without one.</summary>
    internal static DenseNetDevice TorchCpu => new(DeviceKind.TorchCpu);

    /// <summary>An NVIDIA GPU.</summary>
    /// <param name="index">The index of the GPU, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is below 0.</exception>
    public static DenseNetDevice Cuda(int index = 0)
    {
        Guard.AtLeast(index, 0, nameof(index));
        return new DenseNetDevice(DeviceKind.Cuda, index);
    }

    /// <inheritdoc/>
    public override string ToString() => _kind == DeviceKind.Cuda ? $"Cuda({Index})" : _kind.ToString();
}
