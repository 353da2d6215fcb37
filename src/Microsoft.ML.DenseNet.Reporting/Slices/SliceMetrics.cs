namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How a model performs on the rows that share a value of a column.</summary>
public sealed record SliceMetrics
{
    internal SliceMetrics(string column, string value, int rowCount, MetricEstimate metric, IReadOnlyList<MetricEstimate> metrics, MetricEstimate overall) =>
        (Column, Value, RowCount, Metric, Metrics, Overall) = (column, value, rowCount, metric, metrics, overall);

    /// <summary>The column.</summary>
    public string Column { get; }

    /// <summary>Its value, an interval of numbers, or how many values were pooled.</summary>
    public string Value { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The metric that slices are ordered by, with its interval in this slice.</summary>
    public MetricEstimate Metric { get; }

    /// <summary>All metrics of the task. Their baselines are those of the slice.</summary>
    public IReadOnlyList<MetricEstimate> Metrics { get; }

    /// <summary>The same metric as <see cref="Metric"/>, of all rows.</summary>
    public MetricEstimate Overall { get; }

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
