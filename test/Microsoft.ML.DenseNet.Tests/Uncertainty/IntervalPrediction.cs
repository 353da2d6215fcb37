namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The columns of a regression scorer with intervals of several coverages.</summary>
internal sealed class IntervalPrediction
{
    public float Score { get; set; }

    public float[] IntervalLower { get; set; } = [];

    public float[] IntervalUpper { get; set; } = [];
}
