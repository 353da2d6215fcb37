using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A program without ML.NET, compiled ahead of time, that loads a saved model and predicts.</summary>
[TestClass]
public sealed class AotHostTests
{
    private const long MaximumBytes = 10_000_000;

    // What the compiler and NuGet say where the machine lacks a linker, a library to link or the compiler's package.
    private static readonly string[] Lacks = ["Platform linker", "NU1101", "NU1102", "NU1301", "cannot find -l", "unable to find library", "'link.exe'", "vswhere"];

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Compiled_ahead_of_time_it_is_small_and_predicts_the_bits_of_Transform()
    {
        if (RuntimeInformation.ProcessArchitecture == Architecture.X64 && !(Avx2.IsSupported && Fma.IsSupported))
            Assert.Inconclusive("The program is compiled for processors with AVX2 and FMA.");
        using var folder = new TemporaryFolder();
        string host = Publish(folder.FullName);
        var rows = ScoringRow.Create(40);
        File.WriteAllBytes(folder["rows"], MemoryMarshal.AsBytes<float>(rows.SelectMany(row => row.Features).ToArray()));
        var data = TestTransformers.Data(_ml, rows);
        foreach (var (transformer, column) in Transformers(data))
        {
            _ml.Model.Save(_ml.Transforms.CopyColumns("Copy", "Value").Fit(data).Append(transformer), data.Schema, folder["model.zip"]);
            string report = Run(host, folder["model.zip"], folder["rows"], folder["predictions"]);
            float[] predictions = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(folder["predictions"])).ToArray();
            Bits.AreEqual(ScoredColumns.Floats(transformer.Transform(data), column), predictions, report);
            Assert.Contains("steps before the network are not applied: CopyTransform", report);
            Assert.Contains("The block is the same.", report);
            Assert.Contains("The contributions add up.", report);
        }
    }

    private IEnumerable<(ITransformer Transformer, string Column)> Transformers(IDataView data)
    {
        yield return (TestTransformers.Binary(_ml, data.Schema), "Probability");
        yield return (TestTransformers.Multiclass(_ml, data.Schema), "Score");
        yield return (TestTransformers.Regression(_ml, data.Schema), "Score");

        // As many classes as the machine's vectors hold several times over, and the layers of the default network.
        yield return (_ml.MulticlassClassification.CreateTransformer(TestNetworks.Create(ScoringRow.Width, 75)), "Score");
        yield return (TaskCase.Multiclass.Trainer(_ml, options =>
        {
            options.HiddenUnits = null;
            options.NumberOfEpochs = 1;
        }).Fit(data), "Score");
    }

    /// <summary>Publishes the host; gives the path of its executable.</summary>
    private static string Publish(string folder)
    {
        string root = typeof(AotHostTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;
        string output = Path.Combine(folder, "published");
        var (exitCode, report) = Start(
            "dotnet", "publish", Path.Combine(root, "test", "Microsoft.ML.DenseNet.AotHost"), "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier,
            "-p:CompileAheadOfTime=true", "--artifacts-path", Path.Combine(folder, "artifacts"), "-o", output, "--nologo", "-nodeReuse:false");
        if (exitCode != 0 && Lacks.FirstOrDefault(lack => report.Contains(lack, StringComparison.Ordinal)) is { } lack)
            Assert.Inconclusive($"This machine cannot compile ahead of time ({lack}): {report}");
        Assert.AreEqual(0, exitCode, report);
        Assert.DoesNotContain("warning", report, StringComparison.OrdinalIgnoreCase);

        string host = Path.Combine(output, "Microsoft.ML.DenseNet.AotHost" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        long bytes = new DirectoryInfo(output).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Extension is not (".dbg" or ".pdb" or ".dwarf" or ".xml")).Sum(file => file.Length);
        Assert.IsLessThan(MaximumBytes, bytes, string.Join(", ", Directory.EnumerateFiles(output)));
        return host;
    }

    private static string Run(string program, params string[] arguments)
    {
        var (exitCode, report) = Start(program, arguments);
        Assert.AreEqual(0, exitCode, report);
        return report;
    }

    private static (int ExitCode, string Report) Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }
}
