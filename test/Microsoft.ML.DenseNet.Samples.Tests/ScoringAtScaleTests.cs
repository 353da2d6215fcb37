using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>Many rows predicted outside ML.NET, held against what ML.NET predicts: a queue of files, DuckDB, and the script for Spark.</summary>
[TestClass]
public sealed class ScoringAtScaleTests
{
    private static readonly Sample Program = new("ScoringAtScale");

    private static string _folder = "";
    private static Dictionary<string, float> _expected = [];

    [ClassInitialize]
    public static async Task Train(TestContext context)
    {
        _ = context;
        _folder = Directory.CreateTempSubdirectory().FullName;
        ShownOutput.AssertPrinted(await new Sample("ScoringAtScale.Training").Run(_folder), "samples/ScoringAtScale/README.md");
        _expected = Read("transform.csv").ToDictionary(line => line[0], line => Number(line[1]));
    }

    [ClassCleanup]
    public static void Delete() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public async Task A_queue_of_files_predicts_every_row_once_and_only_what_is_missing()
    {
        string[] command = ["dotnet", Program.Program, Beside("model.zip")];
        string broken = Beside("rows", "part-003.csv"), intact = File.ReadAllText(broken);
        File.WriteAllText(broken, intact.Replace("\n7600,", "\n7600,old", StringComparison.Ordinal));
        var (exitCode, output, errors) = await ScoreAll("queue", command);
        Assert.AreNotEqual(0, exitCode, output);
        Assert.Contains("Line 102: Age is 'old", errors);
        Assert.Contains($"Failed: {broken}", errors);
        string[] files = [.. Directory.GetFiles(Beside("queue")).Select(file => Path.GetFileName(file)!).Order()];
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 4, 5, 6, 7 }.Select(part => $"part-{part:D3}.csv").ToArray(), files, "nothing is left of the one that failed");

        File.WriteAllText(broken, intact);
        var before = files.ToDictionary(file => file, file => File.GetLastWriteTimeUtc(Beside("queue", file)));
        (exitCode, output, errors) = await ScoreAll("queue", command);
        Assert.AreEqual(0, exitCode, output + errors);
        foreach (string file in files)
            Assert.AreEqual(before[file], File.GetLastWriteTimeUtc(Beside("queue", file)), $"{file} was done before");
        AssertPredictions([.. Directory.GetFiles(Beside("queue")).SelectMany(file => Read("queue", Path.GetFileName(file)))], 1e-6f);
    }

    [TestMethod]
    public async Task The_program_compiled_ahead_of_time_predicts_the_same()
    {
        string artifacts = Beside("artifacts"), published = Beside("published");
        var (exitCode, output, errors) = await DotNet.Run(
            _folder,
            ["publish", Program.SourceFolder, "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-p:CompileAheadOfTime=true", "--artifacts-path", artifacts, "-o", published, "--nologo", "-nodeReuse:false"]);
        if (exitCode != 0 && new[] { "Platform linker", "NU1101", "NU1102", "NU1301", "cannot find -l", "'link.exe'" }.FirstOrDefault(lack => output.Contains(lack, StringComparison.Ordinal)) is { } lack)
            Assert.Inconclusive($"This machine cannot compile ahead of time ({lack}): {output}");
        Assert.AreEqual(0, exitCode, output + errors);
        (exitCode, output, errors) = await ScoreAll("compiled", [Path.Combine(published, "ScoringAtScale"), Beside("model.zip")]);
        Assert.AreEqual(0, exitCode, output + errors);
        AssertPredictions([.. Directory.GetFiles(Beside("compiled")).SelectMany(file => Read("compiled", Path.GetFileName(file)))], 1e-6f);
    }

    [TestMethod]
    public async Task DuckDB_predicts_every_row_once_with_the_exported_model()
    {
        string printed = await new Sample("ScoringAtScale.DuckDb").Run(Beside("model.onnx"), Beside("rows", "*.csv"), Beside("duckdb.csv"));
        Assert.AreEqual($"{_expected.Count} rows predicted", printed.Trim());
        AssertPredictions([.. Read("duckdb.csv")], 1e-5f);
    }

    [TestMethod]
    public async Task The_script_for_Spark_is_Python()
    {
        var (exitCode, _, errors) = await Command("python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", Path.Combine(Program.SourceFolder, "spark.py"));
        Assert.AreEqual(0, exitCode, errors);
    }

    private static Task<(int ExitCode, string Output, string Errors)> ScoreAll(string predictions, string[] command) =>
        Command("bash", [Path.Combine(Program.SourceFolder, "score-all.sh"), "2", Beside("rows"), Beside(predictions), .. command]);

    private static async Task<(int ExitCode, string Output, string Errors)> Command(string command, params string[] arguments)
    {
        try
        {
            return await DotNet.Run(command, _folder, arguments);
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive($"This machine has no {command}.");
            throw;
        }
    }

    private static void AssertPredictions(string[][] lines, float tolerance)
    {
        CollectionAssert.AreEquivalent(_expected.Keys.ToArray(), lines.Select(line => line[0]).ToArray());
        foreach (string[] line in lines)
            Assert.AreEqual(_expected[line[0]], Number(line[^1]), tolerance, line[0]);
    }

    private static IEnumerable<string[]> Read(params string[] names) => File.ReadLines(Beside(names)).Skip(1).Select(line => line.Split(','));

    private static float Number(string text) => float.Parse(text, CultureInfo.InvariantCulture);

    private static string Beside(params string[] names) => Path.Combine([_folder, .. names]);
}
