namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The column of a regression scorer.</summary>
internal sealed class RegressionPrediction
{
    public float Score { get; set; }
}
