namespace Microsoft.ML.DenseNet;

/// <summary>The kinds of <see cref="DenseNetDevice"/>.</summary>
internal enum DeviceKind
{
    Auto,
    Cpu,
    Cuda,
    Mps,
}
