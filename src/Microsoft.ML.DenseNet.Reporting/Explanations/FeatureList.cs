namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// Finds the features that a network's slots belong to: one-hot blocks and key columns are one feature each, every other slot is a number. Columns of several
/// slots that are no one-hot block, such as a vector of measurements, have no single value to show, and are divided.
/// </summary>
internal static class FeatureList
{
    /// <summary>Returns the features in the order of their slots, with different names.</summary>
    /// <param name="network">The network.</param>
    /// <param name="known">The one-hot blocks that the data's annotations name.</param>
    /// <param name="rows">Rows of the network's input, one after the other.</param>
    public static IReadOnlyList<ExplainedFeature> Of(TrainedNetwork network, IReadOnlyList<SlotRange> known, ReadOnlySpan<float> rows)
    {
        var blocks = known.ToDictionary(block => block.Start);
        var naming = network.Naming;
        var features = new List<ExplainedFeature>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in FeatureColumns.Of(network))
        {
            for (int slot = column.Slots.Start; slot < column.Slots.End; slot = features[^1].Slots.End)
            {
                var block = BlockAt(slot, column, network, blocks, rows);
                string name = NameOf(block, column, naming);
                while (!names.Add(name))
                    name = $"{name} (slot {block.Start})";
                features.Add(new ExplainedFeature(name, block, block.Count == 1 && !blocks.ContainsKey(block.Start) ? null : Categories(block, column, network, naming)));
            }
        }

        return features;
    }

    /// <summary>The slots of the feature that starts at a slot.</summary>
    private static SlotRange BlockAt(int slot, FeatureColumn column, TrainedNetwork network, Dictionary<int, SlotRange> blocks, ReadOnlySpan<float> rows)
    {
        if (blocks.TryGetValue(slot, out var block) && block.End <= column.Slots.End)
            return block;
        if (slot >= network.FeatureColumnWidth)
            return new SlotRange(slot, network.CategoryColumns.First(category => category.Name == column.Name).KeyCount);
        return slot == column.Slots.Start && column.Slots.Count > 1 && IsOneHot(column.Slots, rows, network.Layout.InputWidth) ? column.Slots : new SlotRange(slot, 1);
    }

    /// <summary>Whether at most one slot of a block is not 0 in each row, and then is 1.</summary>
    private static bool IsOneHot(SlotRange block, ReadOnlySpan<float> rows, int width)
    {
        for (int start = block.Start; start < rows.Length; start += width)
        {
            var values = rows.Slice(start, block.Count);
            int first = values.IndexOfAnyExcept(0f);
            if (first >= 0 && (values[first] != 1 || values[(first + 1)..].ContainsAnyExcept(0f)))
                return false;
        }

        return true;
    }

    private static string NameOf(SlotRange block, FeatureColumn column, FeatureNaming naming) =>
        block == column.Slots && column.Name.Length > 0 ? column.Name : naming.Block(block);

    private static string[] Categories(SlotRange block, FeatureColumn column, TrainedNetwork network, FeatureNaming naming)
    {
        if (block.Start >= network.FeatureColumnWidth)
        {
            var values = network.CategoryColumns.First(category => category.Name == column.Name).KeyValues;
            return [.. Enumerable.Range(0, block.Count).Select(key => values?[key] ?? $"key {key + 1}")];
        }

        string prefix = $"{NameOf(block, column, naming)}.";
        return [.. Enumerable.Range(block.Start, block.Count).Select(slot => Category(network.FeatureNames?[slot] ?? "", prefix) ?? $"category {slot - block.Start}")];
    }

    /// <summary>What follows the column's name in that of a slot.</summary>
    private static string? Category(string slot, string prefix)
    {
        int at = slot.StartsWith(prefix, StringComparison.Ordinal) ? 0 : slot.IndexOf($".{prefix}", StringComparison.Ordinal) + 1;
        if (at == 0 && !slot.StartsWith(prefix, StringComparison.Ordinal))
            return slot.Length == 0 ? null : slot;
        return slot[(at + prefix.Length)..];
    }
}
