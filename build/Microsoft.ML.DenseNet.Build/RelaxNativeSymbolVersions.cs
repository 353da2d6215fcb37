using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Microsoft.ML.DenseNet.Build;

/// <summary>
/// Writes copies of native libraries that load on a machine whose libstdc++ is older than the one they were linked with: the
/// requirement for one version of it becomes weak. If the machine has the version, nothing is written.
/// </summary>
/// <remarks>
/// Meant for a version that the linker recorded although the library calls nothing from it. If it does, the first such call fails
/// with the symbol's name. The originals, which may be shared by every project on the machine, are only read.
/// </remarks>
public sealed class RelaxNativeSymbolVersions : Task
{
    private const ushort WeakVersion = 0x2; // VER_FLG_WEAK

    /// <summary>The libraries to look at, each with the path of its copy in the metadata RelaxedCopy.</summary>
    [Required]
    public ITaskItem[] Libraries { get; set; } = [];

    /// <summary>The version to relax, such as GLIBCXX_3.4.32.</summary>
    [Required]
    public string Version { get; set; } = "";

    /// <summary>The library that should have it, such as libstdc++.so.6.</summary>
    [Required]
    public string Provider { get; set; } = "";

    /// <summary>Whether to write the copies even if this machine has the version, for instance to run them on another one.</summary>
    public bool Always { get; set; }

    /// <summary>The folders to search for the provider; by default those of the common distributions.</summary>
    public string[] ProviderDirectories { get; set; } =
    [
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu",
        "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
        "/lib64", "/usr/lib64", "/lib", "/usr/lib",
    ];

    /// <summary>The libraries whose copies should be used instead.</summary>
    [Output]
    public ITaskItem[] Relaxed { get; private set; } = [];

    /// <inheritdoc/>
    public override bool Execute()
    {
        Relaxed = Array.FindAll(Libraries, Relax);
        return !Log.HasLoggedErrors;
    }

    private bool Relax(ITaskItem library)
    {
        byte[] image = File.ReadAllBytes(library.ItemSpec);
        ushort machine;
        List<ElfVersionNeed> demands;
        try
        {
            ElfFile elf = new(image);
            machine = elf.Machine;
            demands = [.. elf.VersionNeeds().Where(need =>
                need.Library == Provider && need.Version == Version && (need.Flags & WeakVersion) == 0)];
        }
        catch (InvalidDataException e)
        {
            Log.LogWarning(null, "DENSENET001", null, library.ItemSpec, 0, 0, 0, 0,
                "The symbol versions of this library were left as they are, because {0}.", e.Message);
            return false;
        }

        if (demands.Count == 0 || (!Always && MachineProvidesVersion(machine)))
            return false;

        foreach (ElfVersionNeed demand in demands)
            image[demand.FlagsOffset] |= (byte)WeakVersion;

        string copy = library.GetMetadata("RelaxedCopy");
        if (!File.Exists(copy) || !File.ReadAllBytes(copy).AsSpan().SequenceEqual(image))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            AtomicFile.Write(copy, image);
            Log.LogMessage(MessageImportance.High, "{0} was made to load without {1} of {2}.", copy, Version, Provider);
        }

        return true;
    }

    private bool MachineProvidesVersion(ushort machine)
    {
        foreach (string directory in ProviderDirectories)
        {
            string provider = Path.Combine(directory, Provider);
            if (!File.Exists(provider))
                continue;

            try
            {
                ElfFile elf = new(File.ReadAllBytes(provider));
                if (elf.Machine == machine)
                    return elf.VersionDefinitions().Contains(Version);
            }
            catch (InvalidDataException)
            {
                // A library for another architecture, such as 32-bit; the next folder may have ours.
            }
        }

        return false;
    }
}
