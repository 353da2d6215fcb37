using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads what <see cref="ValueWriter"/> wrote. It allocates no memory for values that the file does not have.</summary>
/// <param name="stream">The file, at its first value.</param>
/// <param name="length">The length of all values, in bytes.</param>
/// <param name="file">Reports that the file is damaged.</param>
internal sealed class ValueReader(Stream stream, long length, SealedFile file)
{
    /// <summary>The number of bytes not yet read.</summary>
    public long Left { get; private set; } = length;

    public float[] ReadFloats(int count)
    {
        Take(sizeof(float) * (long)count);
        float[] values = GC.AllocateUninitializedArray<float>(count);
        Fill(values);
        return values;
    }

    /// <summary>Reads into existing memory.</summary>
    public void Read(Span<float> values)
    {
        Take(sizeof(float) * (long)values.Length);
        Fill(values);
    }

    public long ReadInt64()
    {
        Take(sizeof(long));
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        stream.ReadExactly(bytes);
        return BinaryPrimitives.ReadInt64LittleEndian(bytes);
    }

    /// <summary>Reads an integer within a range.</summary>
    /// <param name="minimum">The smallest.</param>
    /// <param name="maximum">The largest.</param>
    /// <param name="what">How messages refer to it.</param>
    public int ReadInt32(int minimum, int maximum, string what)
    {
        long value = ReadInt64();
        return value >= minimum && value <= maximum ? (int)value : throw Damaged($"{what} is {value}, which is not from {minimum} to {maximum}");
    }

    public double ReadDouble() => BitConverter.Int64BitsToDouble(ReadInt64());

    public double? ReadOptionalDouble()
    {
        bool has = ReadInt32(0, 1, "a mark of a number that may be missing") == 1;
        double value = ReadDouble();
        return has ? value : null;
    }

    public byte[] ReadBlob()
    {
        long count = ReadInt64();
        if (count is < 0 or > int.MaxValue)
            throw Damaged($"a part of {count} bytes does not fit");
        Take(count);
        byte[] bytes = new byte[count];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Call after the last value.</summary>
    public void Done()
    {
        if (Left != 0)
            throw Damaged($"it has {Left} bytes too many");
    }

    public FormatException Damaged(string detail) => file.Damaged(detail);

    private void Take(long bytes)
    {
        if (bytes > Left)
            throw Damaged("it ends early");
        Left -= bytes;
    }

    private void Fill(Span<float> values)
    {
        stream.ReadExactly(MemoryMarshal.AsBytes(values));
        if (BitConverter.IsLittleEndian)
            return;
        var bits = MemoryMarshal.Cast<float, int>(values);
        BinaryPrimitives.ReverseEndianness(bits, bits);
    }
}
