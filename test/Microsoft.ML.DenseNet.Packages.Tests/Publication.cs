namespace Microsoft.ML.DenseNet.Packages.Tests;

/// <summary>A published application.</summary>
internal sealed class Publication(string folder, string name, PublishKind kind)
{
    public IReadOnlyList<string> Files { get; } = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);

    /// <summary>The size of all files but symbols, in bytes.</summary>
    public long Size => Files.Where(file => !file.EndsWith(".pdb", StringComparison.Ordinal)).Sum(file => new FileInfo(file).Length);

    /// <summary>Whether a file of TorchSharp or libtorch is in it.</summary>
    public bool HasTorch => Files.Select(file => Path.GetFileName(file)).Any(file => file.Contains("torch", StringComparison.OrdinalIgnoreCase));

    /// <summary>Runs it. With the runtime in it, no other is to be found.</summary>
    public string Run(params string[] arguments)
    {
        string program = Path.Combine(folder, OperatingSystem.IsWindows() ? $"{name}.exe" : name);
        return kind == PublishKind.FrameworkDependent
            ? DotNet.Sdk(folder, [Path.Combine(folder, $"{name}.dll"), .. arguments])
            : DotNet.Run(program, folder, arguments, ("DOTNET_ROOT", "/nowhere"), ("DOTNET_ROOT_X64", "/nowhere"), ("DOTNET_ROOT_ARM64", "/nowhere"));
    }
}
