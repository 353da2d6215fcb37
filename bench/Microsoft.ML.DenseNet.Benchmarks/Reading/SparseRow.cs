using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Reading;

/// <summary>A wide row with few values.</summary>
internal sealed class SparseRow
{
    public const int Width = 10_000;

    private const int Stored = 50;

    [VectorType(Width)]
    public VBuffer<float> Features { get; set; }

    public bool Label { get; set; }

    public static SparseRow[] Create(int count)
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int[] slots = [.. Enumerable.Range(0, Stored).Select(_ => random.Next(Width)).Distinct().Order()];
            float[] values = [.. slots.Select(_ => 1 - random.NextSingle())];
            return new SparseRow { Features = new VBuffer<float>(Width, slots.Length, values, slots), Label = random.Next(2) == 1 };
        })];
    }
}
