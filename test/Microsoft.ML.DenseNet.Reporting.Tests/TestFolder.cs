using System.Reflection;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>A folder that goes away with the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("densenet-reporting-").FullName;

    /// <summary>Where pictures and screenshots stay, for people to look at.</summary>
    public static string Artifacts { get; } = Path.Combine(
        typeof(TestFolder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "RepositoryRoot").Value!,
        "TestResults",
        "Reporting");

    public static string Pictures { get; } = Path.Combine(Artifacts, "pictures");

    public string File(string name) => Path.Combine(Root, name);

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
