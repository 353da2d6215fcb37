namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A measure that can be taken again and again with other weights of the rows.</summary>
/// <param name="Name">What is measured, with its unit.</param>
/// <param name="Compute">From the rows' weights, 1 each for the rows as they are, to the value.</param>
/// <param name="Baseline">What a model gets that ignores the features; null where that says nothing.</param>
/// <param name="HigherIsBetter">Whether more is better; null where neither is.</param>
internal sealed record Metric(string Name, Func<int[], double> Compute, double? Baseline, bool? HigherIsBetter)
{
    /// <summary>Of how many rows the measure is a share, given the rows' weights; null where it is none.</summary>
    public Func<int[], double>? CountOf { get; init; }
}
