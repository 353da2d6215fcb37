using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>A row with a weight, which may be 0.</summary>
internal sealed class WeightedRow
{
    [VectorType(2)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }

    public float Weight { get; set; }
}
