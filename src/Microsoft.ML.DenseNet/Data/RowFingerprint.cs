using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A fingerprint of numbered rows. It covers every feature, label, weight and split key and the rows' numbers, but not where blocks end, nor
/// who reads which row: the fingerprint of all rows is the sum of those of the shares.
/// </summary>
internal sealed class RowFingerprint
{
    private UInt128 _sum;

    /// <summary>The number of rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds the rows that follow; all dense or all sparse.</summary>
    public void Add(RowBlock block)
    {
        for (int row = 0; row < block.Rows; row++)
            Add(block, row, Rows);
    }

    /// <summary>Adds a row.</summary>
    /// <param name="block">Its block.</param>
    /// <param name="row">Its place in the block.</param>
    /// <param name="number">Its number among all rows.</param>
    public void Add(RowBlock block, int row, long number)
    {
        const int MostKeys = 8;
        int keys = block.SplitKeys.Length / block.Rows;
        Span<ulong> parts = stackalloc ulong[7 + MostKeys];
        parts.Clear();
        (parts[0], parts[1]) = Halves(Features(block, row), number);
        if (block.Sparse is { } sparse)
            (parts[2], parts[3]) = Halves(MemoryMarshal.AsBytes(sparse.RowSlots(row)), number);
        parts[4] = BitConverter.SingleToUInt32Bits(block.Labels.Span[row]);
        parts[5] = block.Weights.IsEmpty ? ulong.MaxValue : BitConverter.SingleToUInt32Bits(block.Weights.Span[row]);
        var own = block.SplitKeys.Span.Slice(row * keys, keys);
        if (keys <= MostKeys)
            own.CopyTo(parts[7..]);
        else
            (parts[7], parts[8]) = Halves(MemoryMarshal.AsBytes(own), number);
        parts[6] = (ulong)keys;
        _sum += XxHash128.HashToUInt128(MemoryMarshal.AsBytes(parts), number);
        Rows++;
    }

    /// <summary>Writes the sum for <see cref="Join"/>.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Rows);
        writer.Write((ulong)_sum);
        writer.Write((ulong)(_sum >> 64));
    }

    /// <summary>Adds what the fingerprint of other rows has written.</summary>
    public void Join(BinaryReader reader)
    {
        Rows += reader.ReadInt64();
        _sum += reader.ReadUInt64();
        _sum += (UInt128)reader.ReadUInt64() << 64;
    }

    /// <summary>Returns the fingerprint of the rows so far.</summary>
    public override string ToString()
    {
        Span<ulong> all = [(ulong)_sum, (ulong)(_sum >> 64), (ulong)Rows];
        return Convert.ToHexStringLower(XxHash128.Hash(MemoryMarshal.AsBytes(all)));
    }

    private static ReadOnlySpan<byte> Features(RowBlock block, int row)
    {
        int width = block.Features.Length / block.Rows;
        return MemoryMarshal.AsBytes(block.Sparse is { } sparse ? sparse.RowValues(row) : block.Features.Span.Slice(row * width, width));
    }

    private static (ulong Low, ulong High) Halves(ReadOnlySpan<byte> bytes, long number)
    {
        var hash = XxHash128.HashToUInt128(bytes, number);
        return ((ulong)hash, (ulong)(hash >> 64));
    }
}
