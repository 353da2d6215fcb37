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
    /// The GPU that <c>mlContext.GpuDeviceId</c> names, and the CPU when it names none. A named GPU that is missing is an error
    /// when <c>mlContext.FallbackToCpu</c> is false; otherwise the CPU takes over.
    /// </summary>
    public static DenseNetDevice Auto => default;

    /// <summary>The processor.</summary>
    public static DenseNetDevice Cpu => new(DeviceKind.Cpu);

    /// <summary>The GPU of Apple Silicon.</summary>
    public static DenseNetDevice Mps => new(DeviceKind.Mps);

    /// <summary>Which CUDA GPU; 0 otherwise.</summary>
    public int Index { get; }

    internal DeviceKind Kind => _kind;

    /// <summary>An NVIDIA GPU.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is below 0.</exception>
    public static DenseNetDevice Cuda(int index = 0)
    {
        Guard.AtLeast(index, 0, nameof(index));
        return new DenseNetDevice(DeviceKind.Cuda, index);
    }

    /// <inheritdoc/>
    public override string ToString() => _kind == DeviceKind.Cuda ? $"Cuda({Index})" : _kind.ToString();
}
