namespace Microsoft.ML.DenseNet;

/// <summary>How many rows have each category of a one-hot block.</summary>
/// <param name="Rows">The number of rows of each category.</param>
/// <param name="None">The number of rows in which the block is all zeros: the category is missing, or was not known to the encoding.</param>
internal sealed record CategoryCounts(long[] Rows, long None)
{
    /// <summary>Counts the rows of some blocks.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="blocks">The blocks, ascending, without overlap.</param>
    /// <returns>For each block, its counts; null if a row has anything but zeros and at most a single 1 in it.</returns>
    public static IReadOnlyList<CategoryCounts?> Of(RowSet rows, IReadOnlyList<SlotRange> blocks)
    {
        var counts = new long[blocks.Count][];
        for (int i = 0; i < counts.Length; i++)
            counts[i] = new long[blocks[i].Count];
        var none = new long[blocks.Count];
        var isOneHot = new bool[blocks.Count];
        isOneHot.AsSpan().Fill(true);
        foreach (var block in rows.Blocks)
        {
            for (int row = 0; row < block.Rows; row++)
            {
                int next = 0; // among the values of a sparse row
                for (int i = 0; i < counts.Length; i++)
                {
                    int slot = block.Sparse is { } sparse
                        ? SlotOf(sparse.RowSlots(row), sparse.RowValues(row), blocks[i], ref next)
                        : SlotOf(block.Features.Span.Slice((row * rows.Width) + blocks[i].Start, blocks[i].Count));
                    if (slot == Several)
                        isOneHot[i] = false;
                    else if (slot < 0)
                        none[i]++;
                    else
                        counts[i][slot]++;
                }
            }
        }

        return [.. isOneHot.Select((flag, i) => flag ? new CategoryCounts(counts[i], none[i]) : null)];
    }

    private const int Several = -2;

    /// <summary>The slot of the only 1; −1 if all are 0, <see cref="Several"/> if the values are anything else.</summary>
    private static int SlotOf(ReadOnlySpan<float> values)
    {
        int slot = values.IndexOfAnyExcept(0f);
        return slot < 0 || (values[slot] == 1 && !values[(slot + 1)..].ContainsAnyExcept(0f)) ? slot : Several;
    }

    /// <summary>The same for the values of a sparse row.</summary>
    private static int SlotOf(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, SlotRange block, ref int next)
    {
        while (next < slots.Length && slots[next] < block.Start)
            next++;
        int found = -1;
        for (; next < slots.Length && slots[next] < block.End; next++)
            found = found == -1 && values[next] == 1 ? slots[next] - block.Start : Several;
        return found;
    }
}
