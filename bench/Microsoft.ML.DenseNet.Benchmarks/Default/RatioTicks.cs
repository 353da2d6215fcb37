using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>Round ratios to label on a logarithmic axis.</summary>
internal static class RatioTicks
{
    private const int Most = 7;

    /// <summary>Returns the values from low to high, above 0, with their labels.</summary>
    public static IReadOnlyList<(double Value, string Label)> Between(double low, double high)
    {
        double[][] candidates = [Decades(low, high, [1, 2, 5]), Decades(low, high, [1]), .. new[] { 0.01, 0.02, 0.05, 0.1, 0.2, 0.5 }.Select(step => Even(low, high, step))];
        // The most labels that fit; ties go to the earlier kind.
        double[] best = candidates.Where(values => values.Length <= Most).MaxBy(values => values.Length)!;
        return [.. best.Select(value => (value, value.ToString("0.###", CultureInfo.InvariantCulture)))];
    }

    private static double[] Decades(double low, double high, double[] steps) =>
    [
        .. from power in Enumerable.Range((int)Math.Floor(Math.Log10(low)), (int)Math.Ceiling(Math.Log10(high / low)) + 2)
           from step in steps
           let value = step * Math.Pow(10, power)
           where value >= low && value <= high
           select value,
    ];

    private static double[] Even(double low, double high, double step)
    {
        int first = (int)Math.Ceiling((low / step) - 1e-9), last = (int)Math.Floor((high / step) + 1e-9);
        return last - first >= Most ? new double[Most + 1] : [.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(i => i * step)];
    }
}
