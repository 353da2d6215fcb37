namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What a feature contributes to one prediction.</summary>
public sealed record FeatureContribution
{
    internal FeatureContribution(string name, string value, double contribution) =>
        (Name, Value, Contribution) = (name, value, contribution);

    /// <summary>The feature.</summary>
    public string Name { get; }

    /// <summary>Its value for people.</summary>
    public string Value { get; }

    /// <summary>By how much it raises the explained value above the base value, or lowers it.</summary>
    public double Contribution { get; }
}
