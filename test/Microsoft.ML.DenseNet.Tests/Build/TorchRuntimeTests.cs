using System.Diagnostics;
using System.Reflection;
using System.Text.Json;

namespace Microsoft.ML.DenseNet.Tests.Build;

/// <summary>The property TorchRuntime of build/Libtorch.props, as MSBuild evaluates it.</summary>
[TestClass]
public sealed class TorchRuntimeTests
{
    private static readonly string[] Known = ["libtorch-", "TorchSharp-cuda", "TorchSharp-cpu"];

    [TestMethod]
    [DataRow("cuda-linux", "TorchSharp-cuda-linux")]
    [DataRow("cuda-windows", "TorchSharp-cuda-windows")]
    [DataRow("none", "")]
    public void ItChoosesThePackageWithLibtorch(string runtime, string package) =>
        Assert.AreEqual(package, LibtorchOf(QuickStart, $"-p:TorchRuntime={runtime}"));

    [TestMethod]
    [DataRow("")]
    [DataRow("-p:TorchRuntime=cpu")]
    public void TheCpuIsTheDefault(string argument)
    {
        string package = LibtorchOf(QuickStart, argument);
        StringAssert.StartsWith(package, "libtorch-cpu-", StringComparison.Ordinal);
    }

    [TestMethod]
    public void EveryProjectThatHasLibtorchFollowsIt()
    {
        string[] projects = [.. new[] { "bench", "samples", "test" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories)).Where(project => File.ReadAllText(project).Contains("<UsesLibtorch>true</UsesLibtorch>", StringComparison.Ordinal))];
        Assert.IsGreaterThan(4, projects.Length);
        foreach (string project in projects)
            Assert.AreEqual("TorchSharp-cuda-linux", LibtorchOf(project, "-p:TorchRuntime=cuda-linux"), project);
    }

    [TestMethod]
    public void AnotherValueIsRefused()
    {
        var (exitCode, output) = Run(QuickStart, "-t:CollectPackageReferences", "-p:TorchRuntime=gpu");
        Assert.AreNotEqual(0, exitCode);
        StringAssert.Contains(output, "TorchRuntime is 'gpu'; it must be cpu, cuda-linux, cuda-windows or none.", StringComparison.Ordinal);
    }

    private static string Root { get; } = typeof(TorchRuntimeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    private static string QuickStart => Path.Combine(Root, "samples", "QuickStart", "QuickStart.csproj");

    /// <summary>The packages with libtorch that a project references, and whose version is known.</summary>
    private static string LibtorchOf(string project, string argument)
    {
        var (exitCode, output) = Run(project, "-getItem:PackageReference,PackageVersion", argument);
        Assert.AreEqual(0, exitCode, output);
        var items = JsonDocument.Parse(output).RootElement.GetProperty("Items");
        string[] Names(string kind) => [.. items.GetProperty(kind).EnumerateArray().Select(item => item.GetProperty("Identity").GetString()!)];
        string[] found = [.. Names("PackageReference").Where(name => Array.Exists(Known, known => name.StartsWith(known, StringComparison.Ordinal)))];
        Assert.IsEmpty(found.Except(Names("PackageVersion")), "these have no version in Directory.Packages.props");
        return string.Join(", ", found);
    }

    private static (int ExitCode, string Output) Run(string project, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-nologo", .. arguments.Where(argument => argument.Length > 0)]) { RedirectStandardOutput = true };
        start.Environment.Remove("TorchRuntime");
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
