namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A metric of a model on the rows it was evaluated on.</summary>
/// <param name="Name">What is measured, with its unit.</param>
/// <param name="Value">The measured value; NaN if the rows do not allow it, such as the area under a curve with only one class.</param>
/// <param name="Low">The confidence interval's lower end; NaN if the rows allow none.</param>
/// <param name="High">The confidence interval's upper end; NaN if the rows allow none.</param>
/// <param name="Baseline">The value for a model that ignores the features; null if that is meaningless.</param>
/// <param name="HigherIsBetter">Whether higher is better; null if neither is, as for the mean residual.</param>
public sealed record MetricEstimate(string Name, double Value, double Low, double High, double? Baseline, bool? HigherIsBetter);
