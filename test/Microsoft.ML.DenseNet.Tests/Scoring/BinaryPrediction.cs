namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The columns of a binary scorer.</summary>
internal sealed class BinaryPrediction
{
    public float Score { get; set; }

    public float Probability { get; set; }

    public bool PredictedLabel { get; set; }
}
