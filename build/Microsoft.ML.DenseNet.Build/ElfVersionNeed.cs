namespace Microsoft.ML.DenseNet.Build;

/// <summary>One version that an ELF file requires of another library: a Vernaux entry.</summary>
internal readonly struct ElfVersionNeed(string library, string version, long flagsOffset, ushort flags)
{
    /// <summary>The library that should have the version, such as libstdc++.so.6.</summary>
    public string Library { get; } = library;

    /// <summary>The version's name.</summary>
    public string Version { get; } = version;

    /// <summary>The file offset of the entry's flags (vna_flags, two bytes).</summary>
    public long FlagsOffset { get; } = flagsOffset;

    /// <summary>The entry's flags.</summary>
    public ushort Flags { get; } = flags;
}
