using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row whose label has noise that depends on a feature: y = sin(2 a) + (0.1 + |b|) e, with e of the standard normal distribution.</summary>
internal sealed class NoisyRow
{
    public const int Width = 3;

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    public float Label { get; set; }

    public float Weight { get; set; } = 1;

    public uint Group { get; set; }

    public float Time { get; set; }

    /// <summary>The mean of the label given the features.</summary>
    public double Mean => Math.Sin(2 * Features[0]);

    /// <summary>The deviation of the label given the features.</summary>
    public double Deviation => 0.1 + Math.Abs(Features[1]);

    public static NoisyRow[] Create(int rows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(i =>
        {
            var row = new NoisyRow { Features = [.. Enumerable.Range(0, Width).Select(_ => (2 * random.NextSingle()) - 1)], Group = (uint)(i % 40), Time = i };
            row.Label = (float)(row.Mean + (row.Deviation * Normal(random)));
            return row;
        })];
    }

    public static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
