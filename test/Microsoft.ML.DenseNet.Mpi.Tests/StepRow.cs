using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>A row of a linear model.</summary>
internal sealed class StepRow
{
    [VectorType(3)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }

    public float Weight { get; set; }
}
