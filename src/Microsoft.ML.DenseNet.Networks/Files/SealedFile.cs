using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>The format of the library's files: a fixed prefix, a JSON header, values, a checksum. docs/model-format.md describes it for a model.</summary>
/// <remarks>
/// Files are untrusted. The checksum is compared before anything is interpreted, which catches accidents; and a declared size is
/// compared with the stream's length before memory is allocated for it, which catches malice.
/// </remarks>
/// <param name="magic">The eight letters that a file begins with.</param>
/// <param name="version">The newest version of the format that is read.</param>
/// <param name="maximumHeaderLength">The longest header accepted, in bytes.</param>
/// <param name="subject">How messages refer to the file.</param>
/// <param name="remedy">What to do about a damaged one.</param>
internal sealed class SealedFile(string magic, int version, int maximumHeaderLength, string subject, string remedy)
{
    private const int PrefixLength = 16;
    private const int ChunkLength = 1 << 16;

    /// <summary>The exception for every file that cannot be read: a FormatException, like ML.NET's own for a model that it cannot decode.</summary>
    /// <remarks>It has no inner exception: ML.NET wraps what a loader throws, and GetBaseException must find this message.</remarks>
    public FormatException Damaged(string detail) => new($"{subject} is damaged: {detail}. {remedy}");

    /// <summary>Writes a file.</summary>
    /// <param name="stream">The stream to write to.</param>
    /// <param name="header">The header, in JSON.</param>
    /// <param name="write">Writes the values.</param>
    /// <param name="olderVersion">The version of the format to write, which more readers know; null for the newest.</param>
    public void Save(Stream stream, ReadOnlyMemory<byte> header, Action<ValueWriter> write, int? olderVersion = null)
    {
        // Spaces after the header align the values to a multiple of four, so that a reader can memory-map them.
        int padding = -header.Length & 3;
        Span<byte> prefix = stackalloc byte[PrefixLength];
        Encoding.ASCII.GetBytes(magic, prefix);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[8..], olderVersion ?? version);
        BinaryPrimitives.WriteInt32LittleEndian(prefix[12..], header.Length + padding);
        using var writer = new ValueWriter(stream);
        writer.Write(prefix);
        writer.Write(header.Span);
        writer.Write("   "u8[..padding]);
        write(writer);
        writer.WriteChecksum();
    }

    /// <summary>Checks a file that extends from the stream's position to its end; returns its header and a reader of its values.</summary>
    /// <exception cref="FormatException">The file is damaged, or newer than this version of the package.</exception>
    public (byte[] Header, ValueReader Values) Open(Stream stream)
    {
        if (!stream.CanSeek)
            throw new ArgumentException("The stream must be seekable, so that sizes can be checked against its length.", nameof(stream));

        long start = stream.Position;
        long length = stream.Length - start;
        int headerLength = ReadPrefix(stream, length);
        stream.Position = start;
        CheckSum(stream, length);

        stream.Position = start + PrefixLength;
        byte[] header = new byte[headerLength];
        stream.ReadExactly(header);
        return (header, new ValueReader(stream, length - PrefixLength - headerLength - SHA256.HashSizeInBytes, this));
    }

    private int ReadPrefix(Stream stream, long length)
    {
        if (length < PrefixLength + SHA256.HashSizeInBytes)
            throw Damaged($"it ends after {length} bytes");

        Span<byte> prefix = stackalloc byte[PrefixLength];
        stream.ReadExactly(prefix);
        if (!prefix.StartsWith(Encoding.ASCII.GetBytes(magic)))
            throw Damaged("it does not begin as one");

        // Checked before anything that a newer version may do differently.
        int found = BinaryPrimitives.ReadInt32LittleEndian(prefix[8..]);
        if (found > version)
        {
            throw new FormatException(
                $"{subject} was saved by a newer version of Microsoft.ML.DenseNet: " +
                $"its format version is {found}, this package ({LibraryVersion.Full}) reads up to {version}. Update the package.");
        }

        if (found < 1)
            throw Damaged($"its format version is {found}");

        int headerLength = BinaryPrimitives.ReadInt32LittleEndian(prefix[12..]);
        if (headerLength < 0 || headerLength > maximumHeaderLength || headerLength > length - PrefixLength - SHA256.HashSizeInBytes)
            throw Damaged($"its header of {headerLength} bytes does not fit");
        return headerLength;
    }

    private void CheckSum(Stream stream, long length)
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
}
