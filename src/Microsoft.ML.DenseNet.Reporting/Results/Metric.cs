namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A metric that can be computed repeatedly with different row weights.</summary>
/// <param name="Name">What is measured, with its unit.</param>
/// <param name="Compute">Computes the value from the rows' weights; all are 1 for the rows as they are.</param>
/// <param name="Baseline">The value for a model that ignores the features; null if that is meaningless.</param>
/// <param name="HigherIsBetter">Whether higher is better; null if neither is.</param>
internal sealed record Metric(string Name, Func<int[], double> Compute, double? Baseline, bool? HigherIsBetter)
{
    /// <summary>The number of rows that the metric is a proportion of, given the rows' weights; null if it is not a proportion.</summary>
    public Func<int[], double>? CountOf { get; init; }
}
