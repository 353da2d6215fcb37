using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>How values travel between processes: as they are in memory, arrays after their length.</summary>
internal static class Wire
{
    /// <summary>Returns what a function writes.</summary>
    public static byte[] Write(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes))
            write(writer);
        return bytes.ToArray();
    }

    /// <summary>Writes an array.</summary>
    public static void Write<T>(this BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        writer.Write(values.Length);
        writer.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Reads what <see cref="Write{T}(BinaryWriter, ReadOnlySpan{T})"/> wrote.</summary>
    public static T[] ReadArray<T>(this BinaryReader reader)
        where T : unmanaged
    {
        var values = new T[reader.ReadInt32()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
