using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.DenseNet.Tests.Build;

/// <summary>Writes ELF files that hold nothing but symbol versions: demanded ones in .gnu.version_r, provided ones in .gnu.version_d.</summary>
internal sealed class TinyElf
{
    public const ushort X64 = 62;
    public const ushort Arm64 = 183;

    private const int HeaderSize = 64;
    private const int EntrySize = 16;
    private const int DefinitionSize = 20;

    private readonly List<byte> _strings = [0];
    private readonly List<byte> _needs = [];
    private readonly List<byte> _definitions = [];
    private int _lastNeed = -1;
    private int _lastDefinition = -1;

    public ushort Machine { get; init; } = X64;

    /// <summary>Where the flags of each demanded version are in the file, in the order of the calls.</summary>
    public List<int> FlagsOffsets { get; } = [];

    public TinyElf Needs(string library, params string[] versions)
    {
        Link(_needs, ref _lastNeed, nextField: 12);
        Add(_needs, (ushort)1, (ushort)versions.Length, Text(library), (uint)EntrySize, 0u);
        for (int i = 0; i < versions.Length; i++)
        {
            FlagsOffsets.Add(HeaderSize + _needs.Count + 4);
            uint next = i == versions.Length - 1 ? 0u : EntrySize;
            Add(_needs, 0u, (ushort)0, (ushort)(i + 2), Text(versions[i]), next);
        }

        return this;
    }

    public TinyElf Provides(params string[] versions)
    {
        foreach (string version in versions)
        {
            Link(_definitions, ref _lastDefinition, nextField: 16);
            Add(_definitions, (ushort)1, (ushort)0, (ushort)1, (ushort)1, 0u, (uint)DefinitionSize, 0u);
            Add(_definitions, Text(version), 0u);
        }

        return this;
    }

    public byte[] ToArray()
    {
        int definitions = HeaderSize + _needs.Count;
        int strings = definitions + _definitions.Count;
        int sections = strings + _strings.Count;

        byte[] header = new byte[HeaderSize];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(18), Machine);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(40), (ulong)sections);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(58), 64);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(60), 4);

        return
        [
            .. header, .. _needs, .. _definitions, .. _strings,
            .. Section(0, 0),
            .. Section(type: 3, strings),
            .. Section(_needs.Count == 0 ? 0u : 0x6ffffffe, HeaderSize),
            .. Section(_definitions.Count == 0 ? 0u : 0x6ffffffd, definitions),
        ];
    }

    private static byte[] Section(uint type, int offset)
    {
        byte[] section = new byte[64];
        BinaryPrimitives.WriteUInt32LittleEndian(section.AsSpan(4), type);
        BinaryPrimitives.WriteUInt64LittleEndian(section.AsSpan(24), (ulong)offset);
        BinaryPrimitives.WriteUInt32LittleEndian(section.AsSpan(40), 1); // the strings are section 1
        return section;
    }

    /// <summary>Makes the record before the one that is about to be added point at it.</summary>
    private static void Link(List<byte> records, ref int last, int nextField)
    {
        if (last >= 0)
            BinaryPrimitives.WriteUInt32LittleEndian(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(records)[(last + nextField)..], (uint)(records.Count - last));
        last = records.Count;
    }

    private static void Add(List<byte> bytes, params object[] fields)
    {
        foreach (object field in fields)
            bytes.AddRange(field is ushort small ? BitConverter.GetBytes(small) : BitConverter.GetBytes((uint)field));
    }

    private uint Text(string text)
    {
        uint offset = (uint)_strings.Count;
        _strings.AddRange(Encoding.ASCII.GetBytes(text + "\0"));
        return offset;
    }
}
