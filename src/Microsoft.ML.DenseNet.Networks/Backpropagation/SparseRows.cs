namespace Microsoft.ML.DenseNet;

/// <summary>Rows of which only the nonzero values are stored, row after row (CSR).</summary>
/// <param name="Width">The number of slots per row.</param>
/// <param name="Starts">Where each row's values start and, as the last entry, where the last row's end; may be longer than rows + 1 if arrays are reused.</param>
/// <param name="Slots">The slot of each value, ascending within a row.</param>
/// <param name="Values">The values; a NaN is a missing value.</param>
internal sealed record SparseRows(int Width, int[] Starts, int[] Slots, float[] Values)
{
    /// <summary>The slots of a row's values.</summary>
    public ReadOnlySpan<int> RowSlots(int row) => Slots.AsSpan(Starts[row], Starts[row + 1] - Starts[row]);

    /// <summary>A row's values.</summary>
    public ReadOnlySpan<float> RowValues(int row) => Values.AsSpan(Starts[row], Starts[row + 1] - Starts[row]);

    /// <summary>Writes a row, zeros included.</summary>
    public void CopyRow(int row, Span<float> target)
    {
        target.Clear();
        for (int i = Starts[row]; i < Starts[row + 1]; i++)
            target[Slots[i]] = Values[i];
    }
}
