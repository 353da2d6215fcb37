using System.Reflection;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The versions of the software involved.</summary>
internal static class VersionList
{
    public static IReadOnlyList<(string Name, string Version)> Read()
    {
        // TorchSharp is looked up by name: a process that only predicts need not have it.
        string? torch = typeof(DenseNetOptions).Assembly.GetReferencedAssemblies().FirstOrDefault(name => name.Name == "TorchSharp")?.Version?.ToString(3);
        return
        [
            ("Microsoft.ML.DenseNet", LibraryVersion.Short),
            ("Microsoft.ML", Of(typeof(MLContext).Assembly)),
            ("TorchSharp (training)", torch ?? "n/a"),
            (".NET", RuntimeInformation.FrameworkDescription),
            ("Operating system", $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}"),
        ];
    }

    /// <summary>The package's version, without the commit.</summary>
    private static string Of(Assembly assembly) =>
        (assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version!.ToString()).Split('+')[0];
}
