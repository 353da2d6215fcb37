using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row whose class is drawn from probabilities that depend on the features; later classes are rarer.</summary>
internal sealed class ClassRow
{
    public const int Width = 3, Classes = 5;

    private static readonly string[] Names = ["ash", "beech", "cedar", "fir", "oak"];

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    public string Name { get; set; } = "";

    public bool Label { get; set; }

    public int Number { get; set; }

    public static ClassRow[] Create(int rows, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(i =>
        {
            var row = new ClassRow { Features = [.. Enumerable.Range(0, Width).Select(_ => (2 * random.NextSingle()) - 1)] };
            double[] odds = [.. Enumerable.Range(0, Classes).Select(label => Math.Exp((2 * row.Features[label % Width] * (label + 1) / 2) - label))];
            double left = random.NextDouble() * odds.Sum();
            while (row.Number < Classes - 1 && (left -= odds[row.Number]) > 0)
                row.Number++;
            if (i < Classes)
                row.Number = i; // each class is among the keys
            row.Name = Names[row.Number];
            row.Label = row.Number % 2 == 1;
            return row;
        })];
    }
}
