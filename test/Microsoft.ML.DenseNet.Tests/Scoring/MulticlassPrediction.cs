namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The columns of a multiclass scorer.</summary>
internal sealed class MulticlassPrediction
{
    public float[] Score { get; set; } = [];

    public uint PredictedLabel { get; set; }
}
