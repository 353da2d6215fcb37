namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The metrics of a regression model.</summary>
internal static class RegressionMetrics
{
    /// <summary>The metric that slices are ordered by unless another is named.</summary>
    public const string DefaultForSlices = "Root mean squared error";

    public static IReadOnlyList<Metric> Of(RegressionResults results)
    {
        double[] labels = [.. results.Labels.Select(label => (double)label)];
        double[] errors = [.. results.Predictions.Select((prediction, row) => labels[row] - prediction)];
        int[] bySize = [.. Enumerable.Range(0, errors.Length).OrderBy(row => Math.Abs(errors[row]))];
        double mean = labels.Average();
        double deviation = Math.Sqrt(labels.Average(label => (label - mean) * (label - mean)));
        return
        [
            new("R²", weights => RSquared(labels, errors, weights), 0, true),
            new(DefaultForSlices, weights => Math.Sqrt(Mean(errors, weights, error => error * error)), deviation, false),
            new("Mean absolute error", weights => Mean(errors, weights, Math.Abs), labels.Average(label => Math.Abs(label - mean)), false),
            new("Median absolute error", weights => MedianSize(errors, bySize, weights), null, false),
            new("Mean residual (true - predicted)", weights => Mean(errors, weights, error => error), null, null),
        ];
    }

    private static double RSquared(double[] labels, double[] errors, int[] weights)
    {
        double mean = Mean(labels, weights, label => label);
        return 1 - Mean(errors, weights, error => error * error) / Mean(labels, weights, label => (label - mean) * (label - mean));
    }

    /// <summary>The median of the errors' sizes; with an even count, the mean of the two middle ones.</summary>
    private static double MedianSize(double[] errors, int[] bySize, int[] weights)
    {
        int lower = (weights.Length - 1) / 2, upper = weights.Length / 2;
        int seen = 0;
        double low = double.NaN;
        foreach (int row in bySize)
        {
            seen += weights[row];
            if (double.IsNaN(low) && seen > lower)
                low = Math.Abs(errors[row]);
            if (seen > upper)
                return (low + Math.Abs(errors[row])) / 2;
        }

        return double.NaN;
    }

    private static double Mean(double[] values, int[] weights, Func<double, double> measure)
    {
        double sum = 0;
        for (int row = 0; row < weights.Length; row++)
        {
            if (weights[row] > 0)
                sum += weights[row] * measure(values[row]);
        }

        return sum / weights.Length; // a resample has the same number of rows
    }
}
