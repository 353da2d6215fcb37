namespace Microsoft.ML.DenseNet;

/// <summary>Names features and categories for people, from the names of slots.</summary>
/// <param name="slotNames">The name of each slot, empty for one without; null if unknown.</param>
/// <param name="blockNames">The names of one-hot blocks that are known otherwise, by their first slot.</param>
internal sealed class FeatureNaming(IReadOnlyList<string>? slotNames, IReadOnlyDictionary<int, string> blockNames)
{
    /// <summary>The name of a feature.</summary>
    public string Feature(SlotStatistics feature) => feature is NumberStatistics ? Slot(feature.Slot) : Block(new SlotRange(feature.Slot, feature.SlotCount));

    /// <summary>The name of a one-hot block, or of a single slot.</summary>
    public string Block(SlotRange block) => blockNames.GetValueOrDefault(block.Start)
        ?? (block.Count == 1 ? Slot(block.Start) : Common(block.Start, block.Count)) ?? $"slots {block.Start} to {block.End - 1}";

    /// <summary>The name of a slot.</summary>
    public string Slot(int slot) => slotNames?[slot] is { Length: > 0 } name ? name : $"slot {slot}";

    /// <summary>The part that one-hot encoding and Concatenate put before a category's name: "Color" of "Color.red", "Color.[1]" of "Color.[1].red".</summary>
    private string? Common(int start, int count)
    {
        if (slotNames is null || slotNames[start].Length == 0)
            return null;
        string first = slotNames[start];
        int end = first.IndexOf('.');
        if (end > 0 && end + 1 < first.Length && first[end + 1] == '[')
            end = first.IndexOf('.', end + 1);
        if (end <= 0)
            return null;
        string name = first[..end];
        for (int i = 1; i < count; i++)
        {
            if (slotNames[start + i].Length > 0 && !slotNames[start + i].StartsWith(first[..(end + 1)], StringComparison.Ordinal))
                return null;
        }

        return name;
    }
}
