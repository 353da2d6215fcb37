namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The mean prediction if a feature has a certain value in all rows.</summary>
/// <param name="Value">The value; for a category its place among <see cref="ExplainedFeature.Categories"/>.</param>
/// <param name="Text">The value for people.</param>
/// <param name="Mean">The mean prediction.</param>
/// <param name="Low">The prediction that a tenth of the rows are below.</param>
/// <param name="High">The prediction that a tenth of the rows are above.</param>
public sealed record PartialDependencePoint(double Value, string Text, double Mean, double Low, double High);
