namespace Microsoft.ML.DenseNet;

/// <summary>What a column of synthetic features has to do with the label.</summary>
public enum FeatureRole
{
    /// <summary>The label depends on it.</summary>
    Informative,

    /// <summary>A linear combination of the informative columns.</summary>
    Redundant,

    /// <summary>Drawn from the standard normal distribution, whatever the label.</summary>
    Noise,
}
