namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Measures whether probabilities are as high as what they announce is frequent.</summary>
internal static class CalibrationMetrics
{
    private const int Bins = 10;

    /// <summary>Calibration in the large: the mean probability divided by the rate. NaN if nothing happened.</summary>
    /// <param name="happened">Whether the row is of the class.</param>
    /// <param name="probabilities">The class's probability.</param>
    public static double RateRatio(IReadOnlyCollection<bool> happened, IReadOnlyCollection<double> probabilities)
    {
        int count = happened.Count(value => value);
        return count == 0 ? double.NaN : probabilities.Sum() / count;
    }

    /// <summary>
    /// The expected calibration error: the mean distance between the mean probability and the rate, over bins of equally many rows.
    /// Equal probabilities share a bin. It is not corrected for chance, which keeps it above 0 on few rows even for true probabilities.
    /// </summary>
    /// <param name="happened">Whether what the probability announces happened.</param>
    /// <param name="probabilities">The probabilities.</param>
    public static double ExpectedError(IEnumerable<bool> happened, IEnumerable<double> probabilities)
    {
        var sorted = probabilities.Zip(happened).OrderBy(pair => pair.First).ToArray();
        double sum = 0;
        int start = 0;
        for (int bin = 1; bin <= Bins; bin++)
        {
            int end = Math.Max(start, (int)((long)sorted.Length * bin / Bins));
            while (end > start && end < sorted.Length && sorted[end].First.Equals(sorted[end - 1].First))
                end++;
            sum += Math.Abs(sorted[start..end].Sum(pair => pair.First - (pair.Second ? 1 : 0)));
            start = end;
        }

        return sum / sorted.Length;
    }

    public static MetricValue[] MeasureBinary(bool[] positive, double[] probabilities) =>
    [
        new(MetricNames.RateRatio, RateRatio(positive, probabilities)),
        new(MetricNames.CalibrationError, ExpectedError(positive, probabilities)),
    ];

    /// <summary>
    /// The rate ratio is that of the class where it is furthest from 1, the rate error the mean over the classes of its distance from 1,
    /// both without classes that no row has. The calibration error is that of the predicted class.
    /// </summary>
    public static MetricValue[] MeasureMulticlass(int[] labels, IReadOnlyList<double[]> probabilities)
    {
        double[] ratios =
        [
            .. Enumerable.Range(0, probabilities[0].Length)
                .Select(index => RateRatio([.. labels.Select(label => label == index)], [.. probabilities.Select(row => row[index])]))
                .Where(ratio => !double.IsNaN(ratio)),
        ];
        double[] highest = [.. probabilities.Select(row => row.Max())];
        return
        [
            new(MetricNames.RateRatio, ratios.MaxBy(ratio => Math.Abs(Math.Log(ratio)))),
            new(MetricNames.RateError, ratios.Average(ratio => Math.Abs(ratio - 1))),
            new(MetricNames.CalibrationError, ExpectedError(labels.Select((label, row) => Array.IndexOf(probabilities[row], highest[row]) == label), highest)),
        ];
    }
}
