namespace Microsoft.ML.DenseNet;

/// <summary>The kinds of <see cref="DenseNetDevice"/>.</summary>
internal enum DeviceKind
{
    Auto,
    Cpu,
    Cuda,
    Mps,

    /// <summary>The CPU, but torch computes everything, as on a GPU.</summary>
    TorchCpu,
}
