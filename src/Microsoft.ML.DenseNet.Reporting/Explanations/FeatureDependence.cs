namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How the contribution of a feature depends on its value, and on a second feature.</summary>
public sealed class FeatureDependence
{
    internal FeatureDependence(ExplainedFeature feature) => Feature = feature;

    /// <summary>The feature.</summary>
    public ExplainedFeature Feature { get; }

    /// <summary>What it contributes to, in words.</summary>
    public string Measure { get; internal init; } = "";

    /// <summary>The feature's value and contribution in each row.</summary>
    public IReadOnlyList<ContributionPoint> Points { get; internal init; } = [];

    /// <summary>The second feature; null if none explains anything.</summary>
    public ExplainedFeature? Color { get; internal init; }

    /// <summary>
    /// The share of the contribution's variance, from 0 to 1, that the second feature explains where the first is about equal: by a straight line or,
    /// for categories, by their means, in each tenth of the first feature's values or each of its categories, after a straight line in the first feature,
    /// and adjusted for what chance explains. 0 in a network that adds its features up.
    /// </summary>
    public double ColorShare { get; internal init; }

    /// <summary>The second feature's value in each row, as <see cref="ExplainedFeature.ValueOf"/> returns it; empty if there is none.</summary>
    public IReadOnlyList<double> ColorValues { get; internal init; } = [];
}
