namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>What a multiclass classifier predicts.</summary>
internal sealed class ClassPrediction
{
    public float[] Score { get; set; } = [];
}
