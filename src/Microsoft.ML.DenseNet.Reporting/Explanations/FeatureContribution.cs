namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What a feature contributes to one prediction.</summary>
/// <param name="Name">The feature.</param>
/// <param name="Value">Its value for people.</param>
/// <param name="Contribution">By how much it raises the explained value above the base value, or lowers it.</param>
public sealed record FeatureContribution(string Name, string Value, double Contribution);
