using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Streaming;

/// <summary>A row that exists only while it is read: 20 numbers and a class that a network can learn from them.</summary>
internal sealed class GeneratedRow
{
    public const int Width = 20;

    [VectorType(Width)]
    public float[] Features { get; } = new float[Width];

    public bool Label { get; private set; }

    /// <summary>Generates the rows, all in the same object.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The seed of their values.</param>
    /// <param name="first">The first row to generate.</param>
    /// <param name="step">Every how many rows one is generated; those between cost nothing.</param>
    public static IEnumerable<GeneratedRow> Rows(long count, ulong seed, int first = 0, int step = 1)
    {
        var row = new GeneratedRow();
        for (long i = first; i < count; i += step)
        {
            ulong state = SplitMix.Mix(unchecked(seed + ((ulong)i * SplitMix.Golden))) | 1;
            float sum = 0;
            for (int slot = 0; slot < Width; slot++)
            {
                // xorshift64*: the run should measure training, not random number generation.
                state ^= state >> 12;
                state ^= state << 25;
                state ^= state >> 27;
                float value = ((state * 0x2545F4914F6CDD1D) >> 40) * (2f / (1 << 24)) - 1;
                row.Features[slot] = value;
                sum += slot % 2 == 0 ? value : value * value - (1 / 3f);
            }

            row.Label = sum + (0.5f * row.Features[0] * row.Features[1]) > 0;
            yield return row;
        }
    }
}
