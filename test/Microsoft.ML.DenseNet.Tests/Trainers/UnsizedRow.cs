namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row whose feature vector has no declared size, which is easy to forget.</summary>
internal sealed class UnsizedRow
{
    public float[] Features { get; set; } = [];

    public bool Flag { get; set; }
}
