namespace Microsoft.ML.DenseNet;

/// <summary>A network's input scaling, for rows without their zeros that stay that way.</summary>
/// <remarks>
/// A slot whose zero does not become 0 has a value in every scaled row. <see cref="FeatureMoments.ToSparseStatistics"/> ensures that
/// such slots have one in most rows anyway.
/// </remarks>
internal sealed class SparseScaling
{
    /// <summary>Scaling that gives at least one slot in this many a value in every row is unsuitable for sparse rows.</summary>
    private const int FilledShare = 2;

    private readonly float[] _mean;
    private readonly float[] _scale;
    private readonly int[] _filled;
    private readonly float[] _zeros;

    private SparseScaling(float[] mean, float[] scale)
    {
        _mean = mean;
        _scale = scale;
        _filled = [.. Enumerable.Range(0, mean.Length).Where(slot => Scale(slot, 0) != 0)];
        _zeros = [.. _filled.Select(slot => Scale(slot, 0))];
    }

    /// <summary>Scaling that leaves rows as they are.</summary>
    public static SparseScaling None { get; } = new([], []);

    private bool IsNone => _mean.Length == 0;

    /// <summary>The scaling at a network's start; null if it would fill rows.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="buffers">Its values that are not trained.</param>
    public static SparseScaling? Of(NetworkLayout layout, float[] buffers)
    {
        if (layout.InputScaling is not { } input)
            return None;
        if (input.Layer is not StandardizeLayer || input.HasIndicators)
            return null;
        var scaling = new SparseScaling(input.Center(buffers).ToArray(), input.Scale(buffers).ToArray());
        return FilledShare * (long)scaling._filled.Length < layout.InputWidth ? scaling : null;
    }

    /// <summary>The maximum number of values in a scaled row.</summary>
    /// <param name="count">The number of values in the row.</param>
    public int MostValues(int count) => count + _filled.Length;

    /// <summary>Scales a row; returns the number of values it then has.</summary>
    /// <param name="slots">The row's slots, ascending.</param>
    /// <param name="values">Their values.</param>
    /// <param name="scaledSlots">Receives the slots, ascending; there must be room for <see cref="MostValues"/>.</param>
    /// <param name="scaledValues">Receives their values, with the same room.</param>
    public int Apply(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, Span<int> scaledSlots, Span<float> scaledValues)
    {
        if (IsNone)
        {
            slots.CopyTo(scaledSlots);
            values.CopyTo(scaledValues);
            return slots.Length;
        }

        int count = 0, next = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            for (; next < _filled.Length && _filled[next] < slots[i]; next++, count++)
                (scaledSlots[count], scaledValues[count]) = (_filled[next], _zeros[next]);
            if (next < _filled.Length && _filled[next] == slots[i])
                next++;
            (scaledSlots[count], scaledValues[count]) = (slots[i], Scale(slots[i], values[i]));
            count++;
        }

        for (; next < _filled.Length; next++, count++)
            (scaledSlots[count], scaledValues[count]) = (_filled[next], _zeros[next]);
        return count;
    }

    /// <summary>A scaled copy of sparse rows, which shares what scaling does not change.</summary>
    public RowSet Apply(RowSet rows) => IsNone
        ? rows
        : new RowSet(rows.Width, rows.HasWeights, [.. rows.Blocks.Select(block => block with { Sparse = Apply(block.Sparse!, block.Rows) })]).WithMeanWeight(rows.CommonMeanWeight);

    private SparseRows Apply(SparseRows rows, int count)
    {
        if (CountAdded(rows, count) is not 0 and var added)
            return Filled(rows, count, added);

        var values = new float[rows.Starts[count]];
        for (int i = 0; i < values.Length; i++)
            values[i] = Scale(rows.Slots[i], rows.Values[i]);
        return values.AsSpan().SequenceEqual(rows.Values.AsSpan(0, values.Length)) ? rows : rows with { Values = values };
    }

    private SparseRows Filled(SparseRows rows, int count, long added)
    {
        int total = checked((int)(rows.Starts[count] + added));
        var scaled = new SparseRows(rows.Width, new int[count + 1], new int[total], new float[total]);
        for (int row = 0; row < count; row++)
        {
            int start = scaled.Starts[row];
            scaled.Starts[row + 1] = start + Apply(rows.RowSlots(row), rows.RowValues(row), scaled.Slots.AsSpan(start), scaled.Values.AsSpan(start));
        }

        return scaled;
    }

    /// <summary>The number of values that rows gain from scaling.</summary>
    private long CountAdded(SparseRows rows, int count)
    {
        long added = (long)count * _filled.Length;
        for (int row = 0; row < count && _filled.Length > 0; row++)
        {
            int next = 0;
            foreach (int slot in rows.RowSlots(row))
            {
                while (next < _filled.Length && _filled[next] < slot)
                    next++;
                if (next < _filled.Length && _filled[next] == slot)
                    added--;
            }
        }

        return added;
    }

    private float Scale(int slot, float value) => StandardizeLayer.Apply(value, _mean[slot], _scale[slot]);
}
