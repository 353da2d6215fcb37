using Microsoft.ML.Data;

namespace Tutorial;

/// <summary>A row of the regression data.</summary>
internal sealed class RegressionRow
{
    [VectorType(20)]
    public float[] Features { get; init; } = [];

    public float Label { get; init; }
}
