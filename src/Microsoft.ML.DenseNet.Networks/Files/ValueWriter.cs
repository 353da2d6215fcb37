using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.DenseNet;

/// <summary>Writes the values of a <see cref="SealedFile"/>, little-endian, and computes their checksum.</summary>
internal sealed class ValueWriter(Stream stream) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        stream.Write(bytes);
    }

    public void Write(ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
        {
            Write(MemoryMarshal.AsBytes(values));
            return;
        }

        int[] swapped = new int[values.Length];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(values), swapped);
        Write(MemoryMarshal.AsBytes<int>(swapped));
    }

    public void Write(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        Write(bytes);
    }

    /// <summary>Writes all bits of a number, whether it is finite or not.</summary>
    public void Write(double value) => Write(BitConverter.DoubleToInt64Bits(value));

    public void Write(double? value)
    {
        Write(value is null ? 0L : 1L);
        Write(value ?? 0);
    }

    /// <summary>Writes bytes, preceded by their count.</summary>
    public void WriteBlob(ReadOnlySpan<byte> bytes)
    {
        Write((long)bytes.Length);
        Write(bytes);
    }

    public void WriteChecksum() => stream.Write(_hash.GetHashAndReset());

    public void Dispose() => _hash.Dispose();
}
