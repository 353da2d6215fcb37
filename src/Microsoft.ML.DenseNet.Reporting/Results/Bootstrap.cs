namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Percentile confidence intervals from rows drawn with replacement (Efron 1979).</summary>
internal static class Bootstrap
{
    private const int MaximumResamples = 1000;
    private const int MinimumResamples = 200;

    /// <summary>Row values a measure may look at in all; fewer resamples are drawn of large data, whose intervals are steadier.</summary>
    private const double Budget = 1e8;

    /// <param name="metrics">What is measured.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="values">The number of values a row that a measure looks at.</param>
    /// <param name="confidence">The intervals' level.</param>
    /// <param name="seed">Decides which rows are drawn.</param>
    public static IReadOnlyList<MetricEstimate> Estimate(IReadOnlyList<Metric> metrics, int rows, int values, double confidence, int seed)
    {
        if (!(confidence is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, $"confidence is {confidence}; it must be above 0 and below 1.");
        int resamples = (int)Math.Clamp(Budget / ((double)rows * values), MinimumResamples, MaximumResamples);
        var drawn = metrics.Select(_ => new List<double>(resamples)).ToArray();
        var random = new Random(seed);
        int[] weights = new int[rows];
        for (int i = 0; i < resamples; i++)
        {
            Array.Clear(weights);
            for (int row = 0; row < rows; row++)
                weights[random.Next(rows)]++;
            for (int metric = 0; metric < metrics.Count; metric++)
            {
                double value = metrics[metric].Compute(weights);
                if (double.IsFinite(value))
                    drawn[metric].Add(value);
            }
        }

        Array.Fill(weights, 1);
        return [.. metrics.Select((metric, index) => new MetricEstimate(
            metric.Name,
            metric.Compute(weights),
            Quantile(drawn[index], (1 - confidence) / 2),
            Quantile(drawn[index], (1 + confidence) / 2),
            metric.Baseline,
            metric.HigherIsBetter))];
    }

    /// <summary>The quantile by linear interpolation; NaN of nothing.</summary>
    internal static double Quantile(List<double> values, double share)
    {
        if (values.Count == 0)
            return double.NaN;
        values.Sort();
        double place = share * (values.Count - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, values.Count - 1);
        return values[below] + (place - below) * (values[above] - values[below]);
    }
}
