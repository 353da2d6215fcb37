namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A folder that is gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullName { get; } = Directory.CreateTempSubdirectory().FullName;

    /// <summary>The files in it, by name.</summary>
    public string[] Files => [.. Directory.EnumerateFileSystemEntries(FullName).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public string this[string file] => Path.Combine(FullName, file);

    public void Dispose() => Directory.Delete(FullName, recursive: true);
}
