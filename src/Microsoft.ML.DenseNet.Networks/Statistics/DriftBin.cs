namespace Microsoft.ML.DenseNet;

/// <summary>The share of rows in one part of a feature's distribution, then and now.</summary>
/// <param name="Name">The part: an interval of numbers, a category, or what is missing.</param>
/// <param name="TrainingShare">The share of training rows, from 0 to 1.</param>
/// <param name="Share">The share of the rows checked, from 0 to 1.</param>
public sealed record DriftBin(string Name, double TrainingShare, double Share);
