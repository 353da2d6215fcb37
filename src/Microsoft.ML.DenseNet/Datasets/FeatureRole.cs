namespace Microsoft.ML.DenseNet;

/// <summary>How a column of synthetic features relates to the label.</summary>
public enum FeatureRole
{
    /// <summary>The label depends on it.</summary>
    Informative,

    /// <summary>A linear combination of the informative columns.</summary>
    Redundant,

    /// <summary>Drawn from the standard normal distribution, independently of the label.</summary>
    Noise,
}
