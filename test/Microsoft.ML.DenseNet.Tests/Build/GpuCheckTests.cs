using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Tests.Build;

/// <summary>
/// The archive of build/gpu-check.sh, made and run as on another machine: no .NET on the path, libtorch where Python's torch would have it.
/// Here that is the CPU's, so the tests of a GPU are skipped.
/// </summary>
[TestClass]
public sealed class GpuCheckTests
{
    private const long MaximumBytes = 60_000_000;

    [TestMethod]
    public void TheArchiveRunsWithoutDotnetAndWithAForeignLibtorch()
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture != Architecture.X64)
            Assert.Inconclusive("The archive is made by a shell script, for Linux on x64.");
        using var folder = new TemporaryFolder();
        var made = Run(["bash", Path.Combine(MarkdownPage.Root, "build", "gpu-check.sh"), folder.FullName]);
        if (made.ExitCode != 0 && (made.Output.Contains("NU1101", StringComparison.Ordinal) || made.Output.Contains("NU1301", StringComparison.Ordinal)))
            Assert.Inconclusive($"The runtime's package cannot be restored here: {made.Output}");
        Assert.AreEqual(0, made.ExitCode, made.Output);
        Assert.IsLessThan(MaximumBytes, new FileInfo(folder["gpu-check.tar.gz"]).Length);
        Assert.IsEmpty(Directory.EnumerateFiles(folder["gpu-check"], "libtorch*", SearchOption.AllDirectories));

        // A Python that has a torch, as far as the script asks it.
        string elsewhere = Directory.CreateDirectory(folder["elsewhere"]).FullName, package = Directory.CreateDirectory(folder["packages/torch"]).FullName;
        Directory.CreateSymbolicLink(Path.Combine(package, "lib"), Path.GetDirectoryName(Directory.EnumerateFiles(AppContext.BaseDirectory, "libtorch_cpu.so", SearchOption.AllDirectories).First())!);
        File.WriteAllText(Path.Combine(package, "__init__.py"), "class cuda:\n    is_available = staticmethod(lambda: False)\nclass version:\n    cuda = None\n__version__ = '2.10.0'\n");
        Assert.AreEqual(0, Run(["tar", "xzf", folder["gpu-check.tar.gz"], "-C", elsewhere]).ExitCode);

        string script = Path.Combine(elsewhere, "gpu-check", "run.sh");
        string[] clean = ["env", "-i", "PATH=/usr/local/bin:/usr/bin:/bin", "DOTNET_ROOT=/nowhere", $"PYTHONPATH={folder["packages"]}", $"RESULTS={folder["results"]}"];
        var tests = Run([.. clean, script, "tests", "--filter", "FullyQualifiedName~EveryLayerTrainsAsOnTheCpu|FullyQualifiedName~DeviceChoiceTests"]);
        if (tests.Output.Contains("has no torch", StringComparison.Ordinal))
            Assert.Inconclusive("There is no Python on this machine.");
        Assert.AreEqual(0, tests.ExitCode, tests.Output);
        StringAssert.Contains(tests.Output, "0 functions are missing", StringComparison.Ordinal);
        StringAssert.Contains(tests.Output, $"libtorch_cpu.so => {Path.Combine(package, "lib", "libtorch_cpu.so")}", StringComparison.Ordinal);
        StringAssert.Contains(tests.Output, "passed EveryLayerTrainsAsOnTheCpu (TorchCpu)", StringComparison.Ordinal);
        StringAssert.Contains(tests.Output, "failed: 0", StringComparison.Ordinal);

        var bench = Run([.. clean, script, "bench", "--widths", "4", "--batches", "8"]);
        Assert.AreEqual(0, bench.ExitCode, bench.Output);
        string[] lines = File.ReadAllLines(folder["results/gpu.csv"]);
        Assert.HasCount(2, lines);
        Assert.IsTrue(lines[1].Split(',')[3..].All(value => double.Parse(value, CultureInfo.InvariantCulture) > 0), lines[1]);
    }

    [TestMethod]
    public void WithoutTorchTheScriptSaysWhatToSet()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("A shell script.");
        using var folder = new TemporaryFolder();
        string script = folder["run.sh"];
        File.Copy(Path.Combine(MarkdownPage.Root, "build", "gpu-check-run.sh"), script);
        File.WriteAllText(folder["version"], "1");
        var result = Run(["env", "-i", "PATH=/usr/bin:/bin", "PYTHON=/bin/false", "bash", script]);
        Assert.AreEqual(2, result.ExitCode, result.Output);
        StringAssert.Contains(result.Output, "set PYTHON to one that has it, or TORCH_LIB", StringComparison.Ordinal);
    }

    private static (int ExitCode, string Output) Run(string[] command)
    {
        var start = new ProcessStartInfo("bash", ["-c", "exec \"$0\" \"$@\" 2>&1", .. command]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
