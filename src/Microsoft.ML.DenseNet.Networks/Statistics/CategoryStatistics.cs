namespace Microsoft.ML.DenseNet;

/// <summary>How often each category of a one-hot block, or each class among the predictions, occurred in training. Immutable.</summary>
/// <remarks>A row with several categories in a block, as a bag of keys has, counts for each of them with an equal part of its weight.</remarks>
public sealed class CategoryStatistics : SlotStatistics
{
    /// <summary>The maximum number of categories listed; the most frequent ones are.</summary>
    public const int MaximumCategories = 64;

    internal CategoryStatistics(int slot, int slotCount, CategoryShare[] categories, double otherShare, double noneShare)
        : base(slot, slotCount)
    {
        Categories = Array.AsReadOnly(categories);
        OtherShare = otherShare;
        NoneShare = noneShare;
    }

    /// <summary>The most frequent categories with their shares, in the order of the block. Categories that did not occur are not among them.</summary>
    public IReadOnlyList<CategoryShare> Categories { get; }

    /// <summary>The share of rows with a category that is not listed. If it is 0, every category that occurred is listed.</summary>
    public double OtherShare { get; }

    /// <summary>The share of rows without any category: a missing one, or one that the encoding does not know.</summary>
    public double NoneShare { get; }
}
