namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How far two features act together.</summary>
public sealed record FeatureInteraction
{
    internal FeatureInteraction(string first, string second, double strength, double h) =>
        (First, Second, Strength, H) = (first, second, strength, h);

    /// <summary>A feature.</summary>
    public string First { get; }

    /// <summary>Another.</summary>
    public string Second { get; }

    /// <summary>
    /// The size of what the two do together beyond what each does by itself, in the unit of the explained value: the root of the mean square over rows of their joint
    /// partial dependence minus both single ones, and over the classes or quantiles if there are several.
    /// </summary>
    public double Strength { get; }

    /// <summary>
    /// Friedman's H: the same, relative to the joint effect of both. 0 if the two only add up, 1 if neither acts without the other. Two features that hardly matter may have
    /// a high one, which is why pairs are ordered by <see cref="Strength"/>.
    /// </summary>
    public double H { get; }
}
