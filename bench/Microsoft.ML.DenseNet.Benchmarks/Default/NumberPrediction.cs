namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>What a binary classifier or a regression predicts.</summary>
internal sealed class NumberPrediction
{
    public float Score { get; set; }
}
