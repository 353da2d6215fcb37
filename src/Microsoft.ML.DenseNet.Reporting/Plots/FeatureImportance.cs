namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How much a metric worsens when a feature's values are shuffled.</summary>
/// <param name="Name">The feature.</param>
/// <param name="Loss">The average drop in the metric; about 0 for a feature that the model does not use.</param>
/// <param name="StandardError">The standard error of the average; 0 if the values were shuffled once.</param>
public sealed record FeatureImportance(string Name, double Loss, double StandardError);
