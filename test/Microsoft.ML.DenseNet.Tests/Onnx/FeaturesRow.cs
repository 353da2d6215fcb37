using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row of features alone.</summary>
internal sealed class FeaturesRow
{
    [VectorType(ScoringRow.Width)]
    public float[] Features { get; set; } = [];
}
