using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Microsoft.ML.DenseNet;

/// <summary>A constant of a graph.</summary>
internal sealed class OnnxTensor
{
    private readonly Func<ByteString> _bytes;

    public OnnxTensor(string name, ReadOnlyMemory<float> values, IReadOnlyList<long> shape)
    {
        Name = name;
        ElementType = OnnxElementType.Float;
        Shape = shape;
        ByteCount = (long)values.Length * sizeof(float);
        _bytes = () => ToLittleEndian(values.Span);
    }

    public OnnxTensor(string name, long value)
    {
        Name = name;
        ElementType = OnnxElementType.Int64;
        Shape = [];
        ByteCount = sizeof(long);
        _bytes = () => ToLittleEndian(value);
    }

    public OnnxTensor(string name, long[] values)
    {
        Name = name;
        ElementType = OnnxElementType.Int64;
        Shape = [values.Length];
        ByteCount = (long)values.Length * sizeof(long);
        _bytes = () => ByteString.CopyFrom([.. values.SelectMany(value => ToLittleEndian(value))]);
    }

    public string Name { get; }

    public OnnxElementType ElementType { get; }

    /// <summary>The shape; empty for a scalar.</summary>
    public IReadOnlyList<long> Shape { get; }

    public long ByteCount { get; }

    /// <summary>The values as ONNX expects them, row-major and little-endian on every machine.</summary>
    public ByteString GetBytes() => _bytes();

    private static ByteString ToLittleEndian(ReadOnlySpan<float> values)
    {
        if (BitConverter.IsLittleEndian)
            return ByteString.CopyFrom(MemoryMarshal.AsBytes(values));

        int[] swapped = new int[values.Length];
        BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<float, int>(values), swapped);
        return ByteString.CopyFrom(MemoryMarshal.AsBytes<int>(swapped));
    }

    private static ByteString ToLittleEndian(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return ByteString.CopyFrom(bytes);
    }
}
