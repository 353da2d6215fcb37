namespace Microsoft.ML.DenseNet;

/// <summary>How often a category occurred.</summary>
/// <param name="Category">Its place in the block, from 0.</param>
/// <param name="Share">The share of rows that had it, above 0 and at most 1.</param>
public readonly record struct CategoryShare(int Category, double Share);
