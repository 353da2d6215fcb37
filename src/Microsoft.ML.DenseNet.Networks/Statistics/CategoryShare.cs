namespace Microsoft.ML.DenseNet;

/// <summary>How often a category occurred.</summary>
public readonly record struct CategoryShare
{
    internal CategoryShare(int category, double share) =>
        (Category, Share) = (category, share);

    /// <summary>Its place in the block, from 0.</summary>
    public int Category { get; }

    /// <summary>The share of rows that had it, above 0 and at most 1.</summary>
    public double Share { get; }
}
