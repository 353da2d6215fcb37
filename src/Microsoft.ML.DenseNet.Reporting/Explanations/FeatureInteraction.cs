namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How far two features act together.</summary>
/// <param name="First">A feature.</param>
/// <param name="Second">Another.</param>
/// <param name="Strength">
/// The size of what the two do together beyond what each does by itself, in the unit of the explained value: the root of the mean square over rows of their joint partial
/// dependence minus both single ones, and over the classes if there are several.
/// </param>
/// <param name="H">
/// Friedman's H: the same, relative to the joint effect of both. 0 if the two only add up, 1 if neither acts without the other. Two features that
/// hardly matter may have a high one, which is why pairs are ordered by <paramref name="Strength"/>.
/// </param>
public sealed record FeatureInteraction(string First, string Second, double Strength, double H);
