using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>The beginning of the entry <c>Model.key</c>, where ML.NET records how to load each part of a saved model.</summary>
/// <param name="LoaderSignature">ML.NET's name for the part, at most 24 letters.</param>
/// <param name="ReadableVersion">The oldest version that can read the part.</param>
/// <param name="FirstNumber">The first number of the part's own content; 0 if there is none. A chain of transforms begins with the number of transforms.</param>
internal readonly record struct ModelKey(string LoaderSignature, uint ReadableVersion, int FirstNumber)
{
    // ML.NET's ModelHeader, of 256 bytes.
    private const int HeaderLength = 256;
    private const int ContentOffset = 0x10;
    private const int ContentLength = 0x18;
    private const int VersionOffset = 0x4C;
    private const int SignatureOffset = 0x50;
    private const int SignatureLength = 24;

    /// <summary>Reads no more than is needed: the rest of the entry may have any length.</summary>
    /// <exception cref="FormatException">The entry is not one of ML.NET's.</exception>
    public static ModelKey Read(ZipArchiveEntry entry)
    {
        Span<byte> bytes = stackalloc byte[HeaderLength + sizeof(int)];
        using var stream = entry.Open();
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < HeaderLength || !bytes.StartsWith("ML\0MODEL"u8))
            throw NetworkFile.Damaged($"its entry '{NetworkFile.Excerpt(entry.FullName)}' does not begin as ML.NET's");

        var signature = bytes.Slice(SignatureOffset, SignatureLength);
        int end = signature.IndexOf((byte)0);
        bool hasNumber = BinaryPrimitives.ReadInt64LittleEndian(bytes[ContentOffset..]) == HeaderLength
            && BinaryPrimitives.ReadInt64LittleEndian(bytes[ContentLength..]) >= sizeof(int) && read == bytes.Length;
        return new ModelKey(
            Encoding.ASCII.GetString(end < 0 ? signature : signature[..end]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[VersionOffset..]),
            hasNumber ? BinaryPrimitives.ReadInt32LittleEndian(bytes[HeaderLength..]) : 0);
    }
}
