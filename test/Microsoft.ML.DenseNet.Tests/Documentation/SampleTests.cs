using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Runs the samples as a user does, and holds what they print against what the documents show.</summary>
[TestClass]
public sealed partial class SampleTests
{
    /// <summary>Room for another machine's rounding.</summary>
    private const double Tolerance = 0.02;

    [TestMethod]
    public async Task QuickStart_reaches_its_AUC_and_prints_what_its_README_shows()
    {
        string report = Path.Combine(OutputFolder("QuickStart"), "report.html");
        File.Delete(report);
        string output = await Run("QuickStart");

        double auc = double.Parse(output.Split('\n').Single(line => line.Contains("DenseNet")).Split('│')[2], CultureInfo.InvariantCulture);
        Assert.IsGreaterThanOrEqualTo(0.99, auc);
        AssertShows(output, "samples/QuickStart/README.md");
        Assert.EndsWith($"The report is in {report}\n", output);
        Assert.Contains("Confusion matrix", File.ReadAllText(report));
    }

    [TestMethod]
    public async Task Tutorial_prints_and_draws_what_its_README_shows()
    {
        string drawn = Path.Combine(OutputFolder("Tutorial"), "pictures");
        if (Directory.Exists(drawn))
            Directory.Delete(drawn, recursive: true);
        string output = await Run("Tutorial");
        AssertShows(output, "samples/Tutorial/README.md");
        Assert.EndsWith($"The pictures are in {drawn}\n", output);

        string shown = Path.Combine(Metadata("RepositoryRoot"), "samples", "Tutorial", "pictures");
        CollectionAssert.AreEquivalent(Names(shown), Names(drawn));
        foreach (string name in Names(shown))
            CollectionAssert.AreEqual(PngSize(Path.Combine(shown, name)), PngSize(Path.Combine(drawn, name)), name);
    }

    [TestMethod]
    public async Task WebApi_predicts_without_torch_what_its_README_shows()
    {
        string folder = OutputFolder("WebApi");
        Assert.IsEmpty(Directory.GetFiles(folder, "*torch*", SearchOption.AllDirectories));
        string readme = File.ReadAllText(Path.Combine(Metadata("RepositoryRoot"), "samples", "WebApi", "README.md"));
        string request = Regex.Match(readme, @"-d '(.*)'").Groups[1].Value;
        string answer = Regex.Match(readme, "```json\n(.*)\n```").Groups[1].Value;

        // Port 0: the system chooses one that is free, and the service says which.
        var start = new ProcessStartInfo("dotnet", [Path.Combine(folder, "WebApi.dll"), "--urls", "http://127.0.0.1:0"]) { RedirectStandardOutput = true, WorkingDirectory = folder };
        using var service = Process.Start(start)!;
        try
        {
            string? address = null;
            while (address is null && await service.StandardOutput.ReadLineAsync() is { } line)
                address = Regex.Match(line, @"listening on: (http://127\.0\.0\.1:\d+)").Groups[1] is { Success: true } match ? match.Value : null;
            using var client = new HttpClient { BaseAddress = new Uri(address!) };

            using var predicted = await client.PostAsync("/predict", Json(request));
            Assert.AreEqual(answer, await predicted.Content.ReadAsStringAsync());
            using var refused = await client.PostAsync("/predict", Json("""{"features":[1, 2]}"""));
            Assert.AreEqual(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("features has 2 numbers; 30 are needed", await refused.Content.ReadAsStringAsync());
        }
        finally
        {
            service.Kill();
        }

        static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
    }

    [GeneratedRegex("```text\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shown();

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Number();

    private static string OutputFolder(string sample)
    {
        string configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!;
        return Path.Combine(Metadata("RepositoryRoot"), "samples", sample, "bin", configuration, "net10.0");
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path))];

    /// <summary>Width and height, as the file's header has them.</summary>
    private static byte[] PngSize(string path) => File.ReadAllBytes(path)[16..24];

    /// <summary>Runs a sample from a folder that is not its own.</summary>
    private static async Task<string> Run(string sample)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(OutputFolder(sample), $"{sample}.dll")])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";

        using var process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(0, process.ExitCode, output);
        return output.ReplaceLineEndings("\n");
    }

    /// <summary>Whether every text block of a document is in the output, its numbers within <see cref="Tolerance"/>.</summary>
    private static void AssertShows(string output, string document)
    {
        string[] printed = Lines(output);
        foreach (Match block in Shown().Matches(File.ReadAllText(Path.Combine(Metadata("RepositoryRoot"), document)).ReplaceLineEndings("\n")))
        {
            string[] shown = Lines(block.Groups["text"].Value);
            bool found = Enumerable.Range(0, Math.Max(printed.Length - shown.Length + 1, 0))
                .Any(start => printed.AsSpan(start, shown.Length).ToArray().Zip(shown, Agree).All(agrees => agrees));
            Assert.IsTrue(found, $"{document} shows\n{block.Groups["text"].Value}\nbut the sample prints\n{output}");
        }
    }

    private static bool Agree(string printed, string shown) =>
        Number().Replace(printed, "#") == Number().Replace(shown, "#") &&
        Numbers(printed).Zip(Numbers(shown), (left, right) => Math.Abs(left - right) <= Tolerance * Math.Max(1, Math.Abs(right))).All(agrees => agrees);

    private static IEnumerable<double> Numbers(string line) => Number().Matches(line).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture));

    /// <summary>Lines that say something, with single blanks.</summary>
    private static string[] Lines(string text) =>
        [.. text.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Where(line => line.Length > 0)];

    private static string Metadata(string key) =>
        typeof(SampleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;
}
