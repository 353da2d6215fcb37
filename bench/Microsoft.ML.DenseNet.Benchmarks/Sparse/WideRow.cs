using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Sparse;

/// <summary>A row like that of hashed words: few slots of many, frequent ones first, with value 1; a linear rule with noise determines the label.</summary>
internal sealed class WideRow
{
    public const int Width = 100_000;

    public const int Stored = 50;

    [VectorType(Width)]
    public VBuffer<float> Features { get; set; }

    public bool Label { get; set; }

    public static WideRow[] Create(int count, int seed)
    {
        var weights = new float[Width];
        var random = new Random(1);
        foreach (ref float weight in weights.AsSpan())
            weight = (random.NextSingle() - 0.5f) * 2;

        random = new Random(seed);
        var slots = new HashSet<int>();
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            slots.Clear();
            while (slots.Count < Stored)
                slots.Add((int)(Width * Math.Pow(random.NextDouble(), 2.5)));
            int[] sorted = [.. slots.Order()];
            double score = sorted.Sum(slot => weights[slot]) + (2 * (random.NextDouble() - 0.5));
            return new WideRow { Features = new VBuffer<float>(Width, Stored, [.. Enumerable.Repeat(1f, Stored)], sorted), Label = score > 0 };
        })];
    }
}
