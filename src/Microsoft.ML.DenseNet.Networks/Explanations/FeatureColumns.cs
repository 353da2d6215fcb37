namespace Microsoft.ML.DenseNet;

/// <summary>Which slots of a network's input belong together, because one column of the data became them.</summary>
/// <remarks>
/// Known are the model's category columns, the one-hot blocks that the network reads as a block, and names of the form <c>Column.slot</c>, which ML.NET's
/// Concatenate gives the slots of a vector column. Any other slot is a column.
/// </remarks>
internal static class FeatureColumns
{
    /// <summary>Returns the columns of a network's input, in the order of their slots.</summary>
    public static IReadOnlyList<FeatureColumn> Of(TrainedNetwork network)
    {
        int width = network.FeatureColumnWidth;
        var names = network.FeatureNames;
        var blocks = Blocks(network.Layout).Where(block => block.End <= width).Distinct().OrderBy(block => block.Start).ToArray();
        var columns = new List<FeatureColumn>();
        for (int slot = 0, next = 0; slot < width; slot = columns[^1].Slots.End)
        {
            while (next < blocks.Length && blocks[next].Start < slot)
                next++; // overlaps the one before
            if (next < blocks.Length && blocks[next].Start == slot)
            {
                columns.Add(new FeatureColumn(names is null ? "" : PrefixOf(names[slot]) ?? names[slot], blocks[next]));
                continue;
            }

            int limit = next < blocks.Length ? blocks[next].Start : width, end = slot + 1;
            string? prefix = names is null ? null : PrefixOf(names[slot]);
            while (prefix is not null && end < limit && PrefixOf(names![end]) == prefix)
                end++;
            columns.Add(new FeatureColumn(end > slot + 1 ? prefix! : names?[slot] ?? "", new SlotRange(slot, end - slot)));
        }

        foreach (var category in network.CategoryColumns)
            columns.Add(new FeatureColumn(category.Name, new SlotRange(columns.Count == 0 ? 0 : columns[^1].Slots.End, checked((int)category.Width))));
        return columns;
    }

    /// <summary>Returns what is wrong with columns that a caller gives, as a clause; null if they hold each slot once.</summary>
    public static string? Fault(IReadOnlyList<FeatureColumn> columns, int width)
    {
        var owners = new string?[width];
        foreach (var column in columns)
        {
            if (column.Slots.Start < 0 || column.Slots.Count < 1 || column.Slots.Count > width - column.Slots.Start)
                return $"column '{column.Name}' has the slots {column.Slots}, which must lie in 0..{width}";
            for (int slot = column.Slots.Start; slot < column.Slots.End; slot++)
            {
                if (owners[slot] is { } owner)
                    return $"slot {slot} is in the columns '{owner}' and '{column.Name}'";
                owners[slot] = column.Name;
            }
        }

        int missing = Array.IndexOf(owners, null);
        return missing < 0 ? null : $"slot {missing} is in no column";
    }

    /// <summary>The one-hot blocks that have a Linear of their own, as the default network's have.</summary>
    private static IEnumerable<SlotRange> Blocks(NetworkLayout layout)
    {
        foreach (var node in layout.Root.DescendantsAndSelf())
        {
            for (int i = 0; i + 1 < node.Children.Count; i++)
            {
                if (node.Layer is SequentialLayer && node.Children[i] is { Layer: SelectLayer { Ranges: [{ Count: > 1 } block] } } select
                    && select.InputWidth == layout.ScaledWidth && node.Children[i + 1].Layer is LinearLayer { HasBias: false })
                    yield return block;
            }
        }
    }

    /// <summary>The part of a name before its first '.'; null if there is none.</summary>
    private static string? PrefixOf(string name)
    {
        int dot = name.Length == 0 ? -1 : name.IndexOf('.', 1);
        return dot < 0 ? null : name[..dot];
    }
}
