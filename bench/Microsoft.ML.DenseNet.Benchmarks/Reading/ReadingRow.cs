using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Reading;

/// <summary>A row of the in-memory cases.</summary>
internal sealed class ReadingRow
{
    public const int Width = 20;

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    public bool Label { get; set; }

    public static ReadingRow[] Create(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ => new ReadingRow
        {
            Features = [.. Enumerable.Range(0, Width).Select(_ => random.NextSingle())],
            Label = random.Next(2) == 1,
        })];
    }
}
