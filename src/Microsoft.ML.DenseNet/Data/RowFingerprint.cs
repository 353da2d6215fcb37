using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>A fingerprint of rows that arrive block by block. It covers every feature, label, weight and split key and their order, but not where blocks end.</summary>
internal sealed class RowFingerprint
{
    // Each kind of value has its own hash: a block's values are hashed in one call, and block boundaries make no difference.
    private readonly XxHash128 _labels = new(), _weights = new(), _features = new(), _lengths = new(), _slots = new(), _splitKeys = new();
    private bool _hasSplitKeys;

    /// <summary>The number of rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds the rows that follow; all dense or all sparse.</summary>
    public void Add(RowBlock block)
    {
        Rows += block.Rows;
        Append<float>(_labels, block.Labels.Span[..block.Rows]);
        if (!block.Weights.IsEmpty)
            Append<float>(_weights, block.Weights.Span[..block.Rows]);
        if (!block.SplitKeys.IsEmpty)
        {
            _hasSplitKeys = true;
            Append<ulong>(_splitKeys, block.SplitKeys.Span);
        }

        if (block.Sparse is { } sparse)
            AddSparse(sparse, block.Rows);
        else
            Append<float>(_features, block.Features.Span);
    }

    /// <summary>Returns the fingerprint of the rows so far.</summary>
    public override string ToString()
    {
        byte[] all = [.. _labels.GetCurrentHash(), .. _weights.GetCurrentHash(), .. _features.GetCurrentHash(), .. _lengths.GetCurrentHash(), .. _slots.GetCurrentHash(), .. _hasSplitKeys ? _splitKeys.GetCurrentHash() : []];
        return Convert.ToHexStringLower(XxHash128.Hash(all));
    }

    private void AddSparse(SparseRows sparse, int rows)
    {
        int[] lengths = ArrayPool<int>.Shared.Rent(rows);
        for (int row = 0; row < rows; row++)
            lengths[row] = sparse.Starts[row + 1] - sparse.Starts[row];
        Append<int>(_lengths, lengths.AsSpan(0, rows));
        ArrayPool<int>.Shared.Return(lengths);

        var stored = sparse.Starts[0]..sparse.Starts[rows];
        Append<int>(_slots, sparse.Slots.AsSpan(stored));
        Append<float>(_features, sparse.Values.AsSpan(stored));
    }

    private static void Append<T>(XxHash128 hash, ReadOnlySpan<T> values)
        where T : struct => hash.Append(MemoryMarshal.AsBytes(values));
}
