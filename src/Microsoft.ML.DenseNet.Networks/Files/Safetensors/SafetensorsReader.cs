using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads the numbers of a tensor, of 16, 32 or 64 bits, as single precision.</summary>
internal static class SafetensorsReader
{
    private const int ChunkLength = 1 << 16;

    /// <summary>Whether numbers of that type can be read.</summary>
    public static bool Reads(string type) => type is "F16" or "BF16" or "F32" or "F64";

    /// <summary>Fills a span with numbers, starting at the stream's position.</summary>
    /// <exception cref="FormatException">The stream ends early.</exception>
    public static void Read(Stream stream, string type, Span<float> values)
    {
        int size = SafetensorsHeader.SizeOf(type)!.Value;
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkLength);
        try
        {
            while (!values.IsEmpty)
            {
                int count = Math.Min(values.Length, ChunkLength / size);
                var bytes = chunk.AsSpan(0, count * size);
                stream.ReadExactly(bytes);
                Convert(bytes, type, values[..count]);
                values = values[count..];
            }
        }
        catch (EndOfStreamException)
        {
            throw SafetensorsHeader.Damaged("it ends early");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private static void Convert(ReadOnlySpan<byte> bytes, string type, Span<float> values)
    {
        switch (type)
        {
            case "F32" when BitConverter.IsLittleEndian:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case "F32":
                for (int i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
                break;
            case "F64":
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(i * sizeof(double))..]);
                break;
            case "F16":
                for (int i = 0; i < values.Length; i++)
                    values[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i * sizeof(ushort))..]);
                break;
            default:
                // A bfloat16 is the upper half of a float.
                for (int i = 0; i < values.Length; i++)
                    values[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * sizeof(ushort))..]) << 16);
                break;
        }
    }
}
