using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>Sparse rows in one or more blocks, looked up by number.</summary>
internal sealed class SparseTable
{
    private readonly SparseRows[] _blocks;
    private readonly long[] _firstRows;

    /// <param name="blocks">The blocks, each with its number of rows.</param>
    public SparseTable(IReadOnlyList<(SparseRows Rows, int Count)> blocks)
    {
        _blocks = [.. blocks.Select(block => block.Rows)];
        _firstRows = new long[_blocks.Length];
        for (int i = 1; i < _blocks.Length; i++)
            _firstRows[i] = _firstRows[i - 1] + blocks[i - 1].Count;
        ValueCount = blocks.Sum(block => (long)block.Rows.Starts[block.Count]);
    }

    /// <param name="rows">The rows.</param>
    public SparseTable(SparseRows rows)
    {
        _blocks = [rows];
        _firstRows = [0];
    }

    /// <summary>The number of values in all counted rows.</summary>
    public long ValueCount { get; }

    /// <summary>A row's features.</summary>
    public void Row(long number, out ReadOnlySpan<int> slots, out ReadOnlySpan<float> values)
    {
        var block = Locate(number, out int start, out int end);
        slots = block.Slots.AsSpan(start, end - start);
        values = block.Values.AsSpan(start, end - start);
    }

    /// <summary>Where a row's values are: the block, and their start and end in it.</summary>
    public SparseRows Locate(long number, out int start, out int end)
    {
        int place = 0;
        if (_blocks.Length > 1)
        {
            place = _firstRows.AsSpan().BinarySearch(number);
            if (place < 0)
                place = ~place - 1;
        }

        var block = _blocks[place];
        int row = (int)(number - _firstRows[place]);
        start = block.Starts[row];
        end = block.Starts[row + 1];
        return block;
    }

    /// <summary>Prefetches a row's values without waiting for them.</summary>
    public unsafe void Prefetch(long number)
    {
        if (!Sse.IsSupported)
            return;
        const int LineValues = 16;
        var block = Locate(number, out int start, out int end);
        for (int i = start; i < end; i += LineValues)
        {
            // If the garbage collector moves the array, the address is wrong at worst, and the hint useless.
            Sse.Prefetch0(Unsafe.AsPointer(ref block.Slots[i]));
            Sse.Prefetch0(Unsafe.AsPointer(ref block.Values[i]));
        }
    }
}
