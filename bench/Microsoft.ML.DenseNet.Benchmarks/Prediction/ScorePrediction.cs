namespace Microsoft.ML.DenseNet.Benchmarks.Prediction;

/// <summary>What ML.NET's scorers output.</summary>
internal sealed class ScorePrediction
{
    public float Score { get; set; }

    public float Probability { get; set; }

    public bool PredictedLabel { get; set; }
}
