using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row with a label for each task.</summary>
internal sealed class ScoringRow
{
    public const int Width = 5;

    public static readonly string[] ClassNames = ["setosa", "versicolor", "virginica"];

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    public bool Flag { get; set; }

    public string Class { get; set; } = "";

    public float Value { get; set; }

    public float Weight { get; set; } = 1f;

    public static ScoringRow[] Create(int count, int seed = 7)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            float[] features = [.. Enumerable.Range(0, Width).Select(_ => random.NextSingle() * 4 - 2)];
            return new ScoringRow
            {
                Features = features,
                Flag = features[0] + features[1] > 0,
                Class = ClassNames[i % ClassNames.Length],
                Value = features.Sum(),
                Weight = 0.5f + random.NextSingle(),
            };
        })];
    }
}
