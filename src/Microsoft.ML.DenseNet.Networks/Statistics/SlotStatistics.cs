namespace Microsoft.ML.DenseNet;

/// <summary>How the values of a feature were distributed in training: of a number in one slot, or of a category in a one-hot block.</summary>
public abstract class SlotStatistics
{
    private protected SlotStatistics(int slot, int slotCount) => (Slot, SlotCount) = (slot, slotCount);

    /// <summary>The first slot of a row that the feature takes, from 0.</summary>
    public int Slot { get; }

    /// <summary>The number of slots that it takes: 1 for a number, the number of categories for a one-hot block.</summary>
    public int SlotCount { get; }
}
