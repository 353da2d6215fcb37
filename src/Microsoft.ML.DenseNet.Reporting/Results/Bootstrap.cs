namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// Percentile confidence intervals from rows drawn with replacement (Efron 1979). If all resamples agree, as for a model without errors,
/// they are meaningless: a proportion then gets Wilson's interval, any other metric none.
/// </summary>
internal static class Bootstrap
{
    private const int MaximumResamples = 1000;
    private const int MinimumResamples = 200;

    /// <summary>The most row values a metric may look at in total; large data, whose intervals are more stable, gets fewer resamples.</summary>
    private const double Budget = 1e8;

    /// <param name="metrics">What is measured.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="values">The number of values per row that a metric looks at.</param>
    /// <param name="confidence">The intervals' confidence level.</param>
    /// <param name="seed">Determines which rows are drawn.</param>
    public static IReadOnlyList<MetricEstimate> Estimate(IReadOnlyList<Metric> metrics, int rows, int values, double confidence, int seed)
    {
        if (!(confidence is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, $"confidence is {confidence}; it must be above 0 and below 1.");
        int resamples = Resamples(rows, values);
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
        return [.. metrics.Select((metric, index) =>
        {
            double value = metric.Compute(weights);
            double low = Quantile(drawn[index], (1 - confidence) / 2), high = Quantile(drawn[index], (1 + confidence) / 2);
            if (high - low <= 1e-9 * Math.Abs(value))
                (low, high) = metric.CountOf is { } countOf ? WilsonInterval.Of(Math.Round(value * countOf(weights)), countOf(weights), confidence) : (double.NaN, double.NaN);
            return new MetricEstimate(metric.Name, value, low, high, metric.Baseline, metric.HigherIsBetter);
        })];
    }

    /// <summary>The number of resamples.</summary>
    public static int Resamples(int rows, int values) => (int)Math.Clamp(Budget / ((double)rows * values), MinimumResamples, MaximumResamples);

    /// <summary>The quantile by linear interpolation; NaN if there are no values.</summary>
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
