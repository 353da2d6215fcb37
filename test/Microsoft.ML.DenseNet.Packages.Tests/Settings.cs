using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Packages.Tests;

/// <summary>What the build knows, as the project file hands it on.</summary>
internal static class Settings
{
    /// <summary>The version that the packages get here: no other feed has it.</summary>
    public const string PackageVersion = "0.1.0-tested";

    public static string Repository { get; } = Metadata("RepositoryRoot");

    public static string Configuration { get; } = Metadata("Configuration");

    /// <summary>What package ids begin with.</summary>
    public static string PackageId { get; } = Metadata("PackageId");

    /// <summary>The machine's package folder.</summary>
    public static string RestoredPackages { get; } = Metadata("RestoredPackages");

    /// <summary>The libtorch package of this machine.</summary>
    public static string LibtorchPackage { get; } = $"libtorch-cpu-{RuntimeInformation.RuntimeIdentifier}";

    public static string LibtorchVersion { get; } = Metadata("LibtorchVersion");

    private static string Metadata(string key) =>
        typeof(Settings).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
