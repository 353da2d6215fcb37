using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>The NuGet packages that contain libtorch, for messages.</summary>
internal static class LibtorchPackage
{
    /// <summary>The version of the libtorch packages that this assembly was built for.</summary>
    public static string Version { get; } = Metadata("LibtorchVersion");

    /// <summary>The version of TorchSharp that this assembly was built for, and of the packages named after it.</summary>
    public static string TorchSharpVersion { get; } = Metadata("TorchSharpVersion");

    /// <summary>Returns the package with libtorch for the CPU; null if there is none for the machine.</summary>
    /// <param name="system">The operating system.</param>
    /// <param name="architecture">The process's processor architecture.</param>
    public static string? For(OSPlatform system, Architecture architecture)
    {
        if (system == OSPlatform.Linux && architecture == Architecture.X64)
            return "libtorch-cpu-linux-x64";
        if (system == OSPlatform.OSX && architecture == Architecture.Arm64)
            return "libtorch-cpu-osx-arm64";
        if (system == OSPlatform.Windows && architecture is (Architecture.X64 or Architecture.Arm64))
            return architecture == Architecture.X64 ? "libtorch-cpu-win-x64" : "libtorch-cpu-win-arm64";
        return null;
    }

    /// <summary>Returns what to add to an application.</summary>
    /// <param name="system">The operating system.</param>
    /// <param name="architecture">The process's processor architecture.</param>
    /// <param name="application">Which application.</param>
    public static string Advice(OSPlatform system, Architecture architecture, string application)
    {
        if (For(system, architecture) is not { } package)
            return $"There is no libtorch for {system} on {architecture}: training needs Linux or Windows on x64, Windows on Arm64, or macOS on Arm64.";
        string cuda = architecture == Architecture.X64 && system != OSPlatform.OSX
            ? $", or for an NVIDIA GPU TorchSharp-cuda-{(system == OSPlatform.Windows ? "windows" : "linux")} {TorchSharpVersion}"
            : "";
        return $"Add the package {package} {Version} to {application} (or TorchSharp-cpu {TorchSharpVersion}, which has it for all platforms{cuda}).";
    }

    private static string Metadata(string key) =>
        typeof(LibtorchPackage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
