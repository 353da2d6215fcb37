using System.Reflection;

namespace Microsoft.ML.DenseNet;

/// <summary>The version of this package, as recorded in files.</summary>
internal static class LibraryVersion
{
    /// <summary>With the commit, for example <c>0.1.0+4f2e</c>.</summary>
    public static string Full { get; } = typeof(LibraryVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Without the commit.</summary>
    public static string Short { get; } = Full.Split('+')[0];
}
