namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What a feature contributes to the prediction of a row.</summary>
/// <param name="Row">The row's number in the data, from 0.</param>
/// <param name="Value">The feature's value; for a category its place among <see cref="ExplainedFeature.Categories"/>. NaN if it is missing.</param>
/// <param name="Text">The value for people.</param>
/// <param name="Contribution">By how much it raises the explained value above the base value, or lowers it.</param>
public sealed record ContributionPoint(long Row, double Value, string Text, double Contribution);
