namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How a model performs on the rows that share a value of a column.</summary>
/// <param name="Column">The column.</param>
/// <param name="Value">Its value, an interval of numbers, or how many values were pooled.</param>
/// <param name="RowCount">The number of rows.</param>
/// <param name="Metric">The metric that slices are ordered by, with its interval in this slice.</param>
/// <param name="Metrics">All metrics of the task. Their baselines are those of the slice.</param>
/// <param name="Overall">The same metric as <paramref name="Metric"/>, of all rows.</param>
public sealed record SliceMetrics(string Column, string Value, int RowCount, MetricEstimate Metric, IReadOnlyList<MetricEstimate> Metrics, MetricEstimate Overall)
{
    /// <summary>Whether the interval excludes the value of all rows. Of many slices some do by chance: <see cref="SlicedResults.ExpectedByChance"/>.</summary>
    public bool Differs => Overall.Value < Metric.Low || Overall.Value > Metric.High;

    /// <summary>Whether the slice is worse than all rows, and by more than its interval allows for.</summary>
    public bool IsWorse => Differs && Metric.HigherIsBetter switch
    {
        true => Metric.Value < Overall.Value,
        false => Metric.Value > Overall.Value,
        null => Math.Abs(Metric.Value) > Math.Abs(Overall.Value),
    };
}
