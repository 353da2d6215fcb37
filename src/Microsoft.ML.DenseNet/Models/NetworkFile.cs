using System.Buffers;
using System.Buffers.Binary;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The file of a trained network, as docs/model-format.md describes it: a fixed prefix, a JSON header, the values, a checksum.
/// </summary>
/// <remarks>
/// A file may come from anywhere. The checksum is compared before anything is interpreted, which catches accidents; and no memory
/// is taken for a declared size before the size was compared with the stream's length and with the network, which catches malice.
/// </remarks>
internal static class NetworkFile
{
    public const int FormatVersion = 1;

    /// <summary>The longest header that is accepted: a history of <see cref="TrainingHistory.MaximumCount"/> epochs fits.</summary>
    public const int MaximumHeaderLength = 32 << 20;

    private const int PrefixLength = 16;
    private const int ChunkLength = 1 << 16;

    private static ReadOnlySpan<byte> Magic => "DENSENET"u8;

    private static string LibraryVersion { get; } =
        typeof(NetworkFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static void Save(TrainedNetwork network, Stream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var header = new NetworkHeader(LibraryVersion, network.Layout, network.History).ToJson();

        // Spaces after the header bring the values to a multiple of four, so that a reader can map them as they lie.
        int padding = -header.Length & 3;
        Span<byte> prefix = stackalloc byte[PrefixLength];
        Magic.CopyTo(prefix);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[8..], FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[12..], header.Length + padding);
        Write(prefix);
        Write(header.Span);
        Write("   "u8[..padding]);
        WriteValues(network.Parameters.Span);
        WriteValues(network.Buffers.Span);
        stream.Write(hash.GetHashAndReset());

        void Write(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            stream.Write(bytes);
        }

        void WriteValues(ReadOnlySpan<float> values)
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
    }

    /// <summary>Reads a network from the stream's position to its end.</summary>
    /// <exception cref="FormatException">The file is damaged, or newer than this version of the package.</exception>
    public static TrainedNetwork Load(Stream stream)
    {
        if (!stream.CanSeek)
            throw new ArgumentException("The stream must be seekable, so that sizes can be checked against its length.", nameof(stream));

        long start = stream.Position;
        long length = stream.Length - start;
        int headerLength = ReadPrefix(stream, length);
        stream.Position = start;
        CheckSum(stream, length);

        stream.Position = start + PrefixLength;
        byte[] text = new byte[headerLength];
        stream.ReadExactly(text);
        var header = NetworkHeader.FromJson(text);

        var layout = header.Layout;
        long expected = PrefixLength + headerLength + sizeof(float) * ((long)layout.ParameterCount + layout.BufferCount) + SHA256.HashSizeInBytes;
        if (length != expected)
            throw Damaged($"it has {length} bytes where its header asks for {expected}");

        float[] parameters = ReadValues(stream, layout.ParameterCount);
        float[] buffers = ReadValues(stream, layout.BufferCount);
        stream.Position = start + length;
        return new TrainedNetwork(layout, parameters, buffers, header.History);
    }

    /// <summary>The one exception for a file that cannot be read: a FormatException, as ML.NET's own for a model that it cannot decode.</summary>
    public static FormatException Damaged(string detail, Exception? inner = null) => (FormatException)Contracts.ExceptDecode(
        inner,
        $"The DenseNet model is damaged: {detail}. Copy the file again from where it was saved, or train and save the model again.");

    /// <summary>The beginning of a text that comes from a file, fit for a message.</summary>
    public static string Excerpt(string text)
    {
        const int Longest = 300;
        return text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "...");
    }

    private static int ReadPrefix(Stream stream, long length)
    {
        if (length < PrefixLength + SHA256.HashSizeInBytes)
            throw Damaged($"it ends after {length} bytes");

        Span<byte> prefix = stackalloc byte[PrefixLength];
        stream.ReadExactly(prefix);
        if (!prefix.StartsWith(Magic))
            throw Damaged("it does not begin as one");

        // Before anything else that a newer version may do differently.
        int version = BinaryPrimitives.ReadInt32LittleEndian(prefix[8..]);
        if (version > FormatVersion)
        {
            throw Contracts.ExceptDecode(
                "The DenseNet model was saved by a newer version of Microsoft.ML.DenseNet: " +
                $"its format version is {version}, this package ({LibraryVersion}) reads up to {FormatVersion}. Update the package.");
        }

        if (version < 1)
            throw Damaged($"its format version is {version}");

        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(prefix[12..]);
        if (headerLength < 0 || headerLength > MaximumHeaderLength || headerLength > length - PrefixLength - SHA256.HashSizeInBytes)
            throw Damaged($"its header of {headerLength} bytes does not fit");
        return headerLength;
    }

    private static void CheckSum(Stream stream, long length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkLength);
        try
        {
            long left = length - SHA256.HashSizeInBytes;
            while (left > 0)
            {
                int read = stream.Read(chunk, 0, (int)Math.Min(left, chunk.Length));
                if (read == 0)
                    throw Damaged("it ends early");
                hash.AppendData(chunk, 0, read);
                left -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        Span<byte> computed = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(computed);
        stream.ReadExactly(stored);
        if (!computed.SequenceEqual(stored))
            throw Damaged("its checksum does not match, so it was cut off or altered");
    }

    private static float[] ReadValues(Stream stream, int count)
    {
        float[] values = GC.AllocateUninitializedArray<float>(count);
        stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            var bits = MemoryMarshal.Cast<float, int>(values.AsSpan());
            BinaryPrimitives.ReverseEndianness(bits, bits);
        }

        return values;
    }
}
