namespace Microsoft.ML.DenseNet;

/// <summary>Sparse rows in one or more blocks, found by their number.</summary>
internal sealed class SparseTable
{
    private readonly SparseRows[] _blocks;
    private readonly long[] _firstRows;

    /// <param name="rows">Rows that are all sparse.</param>
    public SparseTable(RowSet rows)
    {
        _blocks = [.. rows.Blocks.Select(block => block.Sparse!)];
        _firstRows = new long[_blocks.Length];
        for (int i = 1; i < _blocks.Length; i++)
            _firstRows[i] = _firstRows[i - 1] + rows.Blocks[i - 1].Rows;
        ValueCount = rows.Blocks.Sum(block => (long)block.Sparse!.Starts[block.Rows]);
    }

    /// <param name="rows">The rows.</param>
    public SparseTable(SparseRows rows)
    {
        _blocks = [rows];
        _firstRows = [0];
    }

    /// <summary>The values of all rows that were counted.</summary>
    public long ValueCount { get; }

    /// <summary>A row's features.</summary>
    public void Row(long number, out ReadOnlySpan<int> slots, out ReadOnlySpan<float> values)
    {
        int block = 0;
        if (_blocks.Length > 1)
        {
            block = Array.BinarySearch(_firstRows, number);
            if (block < 0)
                block = ~block - 1;
        }

        int row = (int)(number - _firstRows[block]);
        slots = _blocks[block].RowSlots(row);
        values = _blocks[block].RowValues(row);
    }
}
