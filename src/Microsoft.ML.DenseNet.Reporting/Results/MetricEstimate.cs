namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A measure of a model on the rows it was judged on.</summary>
/// <param name="Name">What is measured, with its unit.</param>
/// <param name="Value">The measured value; NaN where the rows do not allow it, such as the area under a curve with one class alone.</param>
/// <param name="Low">The confidence interval's lower end; NaN where the rows allow none.</param>
/// <param name="High">The confidence interval's upper end; NaN where the rows allow none.</param>
/// <param name="Baseline">What a model gets that ignores the features; null where that says nothing.</param>
/// <param name="HigherIsBetter">Whether more is better; null where neither is, as for the mean residual.</param>
public sealed record MetricEstimate(string Name, double Value, double Low, double High, double? Baseline, bool? HigherIsBetter);
