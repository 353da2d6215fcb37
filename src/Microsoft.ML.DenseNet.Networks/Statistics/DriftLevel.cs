namespace Microsoft.ML.DenseNet;

/// <summary>How far a distribution moved, by the customary thresholds of the population stability index.</summary>
public enum DriftLevel
{
    /// <summary>The index is below <see cref="FeatureDrift.ModerateIndex"/>, or within what chance explains.</summary>
    None,

    /// <summary>The index is at least <see cref="FeatureDrift.ModerateIndex"/>: worth a look.</summary>
    Moderate,

    /// <summary>The index is at least <see cref="FeatureDrift.LargeIndex"/>: the model meets other rows than it was trained on.</summary>
    Large,
}
