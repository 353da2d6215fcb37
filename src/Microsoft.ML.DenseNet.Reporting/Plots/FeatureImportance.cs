namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How much a measure worsens when a feature's values are shuffled.</summary>
/// <param name="Name">The feature.</param>
/// <param name="Loss">What the measure loses on average; about 0 for a feature that the model does not use.</param>
/// <param name="StandardError">The standard error of the average; 0 where the values were shuffled once.</param>
public sealed record FeatureImportance(string Name, double Loss, double StandardError);
