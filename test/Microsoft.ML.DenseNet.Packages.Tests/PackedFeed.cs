namespace Microsoft.ML.DenseNet.Packages.Tests;

/// <summary>A folder feed with the packages, packed from what the solution's build made.</summary>
[TestClass]
public static class PackedFeed
{
    private static readonly Lazy<string> Packed = new(Pack);

    /// <summary>The feed's folder.</summary>
    public static string Folder => Packed.Value;

    /// <summary>The packages' ids.</summary>
    public static IReadOnlyList<string> Ids { get; } =
        [$"{Settings.PackageId}.Networks", $"{Settings.PackageId}.Scoring", Settings.PackageId, $"{Settings.PackageId}.Reporting", $"{Settings.PackageId}.Mpi"];

    [AssemblyCleanup]
    public static void Delete()
    {
        if (Packed.IsValueCreated)
            Directory.Delete(Packed.Value, recursive: true);
    }

    private static string Pack()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string[] projects = Directory.GetFiles(Path.Combine(Settings.Repository, "src"), "*.csproj", SearchOption.AllDirectories);
        foreach (string project in projects)
            DotNet.Sdk(folder, ["pack", project, "-c", Settings.Configuration, "--no-build", "-o", folder, $"-p:PackageVersion={Settings.PackageVersion}"]);
        return folder;
    }
}
