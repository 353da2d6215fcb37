namespace Microsoft.ML.DenseNet.Benchmarks.Prediction;

/// <summary>What ML.NET's OnnxTransformer outputs: a vector of one.</summary>
internal sealed class OnnxPrediction
{
    public float[] Score { get; set; } = [];
}
