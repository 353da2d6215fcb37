using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.DenseNet.Build;

/// <summary>Reads the symbol versions that a 64-bit little-endian ELF file requires and provides.</summary>
/// <remarks>
/// The layout is that of the System V ABI and, for the two version sections, of the Linux Standard Base core specification,
/// "Symbol Versioning". Every offset comes from the file and is checked before use.
/// </remarks>
internal sealed class ElfFile
{
    private const uint VersionDefinitionSection = 0x6ffffffd;
    private const uint VersionNeedSection = 0x6ffffffe;
    private const byte Class64Bit = 2;
    private const byte DataLittleEndian = 1;
    private const int SectionHeaderSize = 64;

    private readonly byte[] _image;

    /// <summary>Checks the header of <paramref name="image"/>.</summary>
    /// <exception cref="InvalidDataException">It is not a 64-bit little-endian ELF file.</exception>
    public ElfFile(byte[] image)
    {
        ReadOnlySpan<byte> identification = [0x7f, (byte)'E', (byte)'L', (byte)'F', Class64Bit, DataLittleEndian];
        if (!image.AsSpan().StartsWith(identification))
            throw new InvalidDataException("it is not a 64-bit little-endian ELF file");

        _image = image;
        Machine = UInt16(18);
    }

    /// <summary>The processor that the file is for (e_machine).</summary>
    public ushort Machine { get; }

    /// <summary>The versions that the file requires of other libraries.</summary>
    public IEnumerable<ElfVersionNeed> VersionNeeds()
    {
        foreach (Section section in Sections(VersionNeedSection))
        {
            // Verneed: version 0, count 2, file name 4, first entry 8, next 12. Vernaux: hash 0, flags 4, index 6, name 8, next 12.
            foreach (long need in Chain(section.Offset, nextField: 12))
            {
                string library = Text(section.Strings + UInt32(need + 4));
                foreach (long entry in Chain(need + UInt32(need + 8), nextField: 12))
                    yield return new ElfVersionNeed(library, Text(section.Strings + UInt32(entry + 8)), entry + 4, UInt16(entry + 4));
            }
        }
    }

    /// <summary>The names of the versions that the file provides.</summary>
    public IEnumerable<string> VersionDefinitions()
    {
        foreach (Section section in Sections(VersionDefinitionSection))
        {
            // Verdef: first name 12, next 16. Verdaux: name 0; the first one is the version's own, the others its ancestors'.
            foreach (long definition in Chain(section.Offset, nextField: 16))
                yield return Text(section.Strings + UInt32(definition + UInt32(definition + 12)));
        }
    }

    private IEnumerable<Section> Sections(uint type)
    {
        // Header: section headers at 40, size of one at 58, their number at 60.
        long headers = Offset(40);
        if (UInt16(58) != SectionHeaderSize)
            throw new InvalidDataException("its section headers have an unknown size");

        for (int i = 0; i < UInt16(60); i++)
        {
            // Section header: type 4, offset 24, linked section 40, which for both version sections is their string table.
            long header = headers + (long)i * SectionHeaderSize;
            if (UInt32(header + 4) == type)
                yield return new Section(Offset(header + 24), Offset(headers + (long)UInt32(header + 40) * SectionHeaderSize + 24));
        }
    }

    /// <summary>Follows records that each hold the distance to the next one, 0 in the last. It only moves forward, so it ends.</summary>
    private IEnumerable<long> Chain(long record, int nextField)
    {
        yield return record;
        for (uint next = UInt32(record + nextField); next != 0; next = UInt32(record + nextField))
        {
            record += next;
            yield return record;
        }
    }

    private ushort UInt16(long offset) => BinaryPrimitives.ReadUInt16LittleEndian(Bytes(offset, sizeof(ushort)));

    private uint UInt32(long offset) => BinaryPrimitives.ReadUInt32LittleEndian(Bytes(offset, sizeof(uint)));

    private long Offset(long offset)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(Bytes(offset, sizeof(ulong)));
        return value <= (ulong)_image.Length ? (long)value : throw Truncated();
    }

    private string Text(long offset)
    {
        ReadOnlySpan<byte> text = Bytes(offset, 0, toEnd: true);
        int length = text.IndexOf((byte)0);
        return length >= 0 ? Encoding.ASCII.GetString(_image, (int)offset, length) : throw Truncated();
    }

    private ReadOnlySpan<byte> Bytes(long offset, int count, bool toEnd = false)
    {
        if (offset < 0 || offset > _image.Length - count)
            throw Truncated();

        return _image.AsSpan((int)offset, toEnd ? _image.Length - (int)offset : count);
    }

    private static InvalidDataException Truncated() => new("it points outside of itself");

    private readonly struct Section(long offset, long strings)
    {
        public long Offset { get; } = offset;

        public long Strings { get; } = strings;
    }
}
