using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Prediction;

/// <summary>A row of 32 features.</summary>
internal sealed class PredictionRow
{
    public const int Width = 32;

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }

    /// <summary>Rows whose label depends on products of features, with noise.</summary>
    public static PredictionRow[] Create(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] features = [.. Enumerable.Range(0, Width).Select(_ => random.NextSingle() * 2 - 1)];
            return new PredictionRow { Features = features, Label = features[0] * features[1] + features[2] + random.NextSingle() - 0.5f > 0 };
        })];
    }
}
