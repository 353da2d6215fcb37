using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>Explain prints and draws what its page shows, and what it prints is consistent.</summary>
[TestClass]
public sealed partial class ExplainTests
{
    [TestMethod]
    public async Task Explain_prints_and_draws_what_its_README_shows()
    {
        var sample = new Sample("Explain");
        string drawn = Path.Combine(sample.OutputFolder, "pictures"), report = Path.Combine(sample.OutputFolder, "report.html");
        if (Directory.Exists(drawn))
            Directory.Delete(drawn, recursive: true);
        File.Delete(report);
        string output = await sample.Run();
        ShownOutput.AssertPrintedInWords(output, "samples/Explain/README.md");
        Assert.EndsWith($"The report is in {report}\n", output);

        string shown = Path.Combine(sample.SourceFolder, "pictures");
        CollectionAssert.AreEquivalent(Names(shown), Names(drawn));
        foreach (string name in Names(shown))
        {
            CollectionAssert.AreEqual(PngSize(Path.Combine(shown, name)), PngSize(Path.Combine(drawn, name)), name);
            Assert.IsLessThan(60_000, new FileInfo(Path.Combine(shown, name)).Length, name);
            Assert.Contains($"pictures/{name}", File.ReadAllText(Path.Combine(sample.SourceFolder, "README.md")));
        }

        string page = File.ReadAllText(report);
        Assert.Contains("the 32 background rows that the model stores", page);
        Assert.Contains("Purpose: travel", page); // a slice

        // The contributions sum to the log-odds of the printed probability, within the rounding of eight numbers.
        double average = Number(output, @"are (-?[\d.]+) on average"), probability = Number(output, @"probability ([\d.]+) %") / 100;
        double sum = Contribution().Matches(output).Sum(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.HasCount(8, Contribution().Matches(output));
        Assert.AreEqual(Math.Log(probability / (1 - probability)), average + sum, 0.06);

        // Each change that turns the decision makes the probability reach one half, and no more than its step demands.
        Assert.IsLessThan(0.5, probability);
        var turns = Turn().Matches(output);
        Assert.HasCount(4, turns);
        foreach (Match turn in turns)
            Assert.IsGreaterThanOrEqualTo(50.0, double.Parse(turn.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.IsLessThan(51.0, double.Parse(turns[0].Groups[1].Value, CultureInfo.InvariantCulture));
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path))];

    /// <summary>Width and height, as the file's header has them.</summary>
    private static byte[] PngSize(string path) => File.ReadAllBytes(path)[16..24];

    private static double Number(string text, string pattern) => double.Parse(Regex.Match(text, pattern).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^  (?!log-odds)\w+ +\S+ +(-?\d+\.\d\d)\r?$", RegexOptions.Multiline)]
    private static partial Regex Contribution();

    [GeneratedRegex(@"-> [\d.]+, ([\d.]+) %")]
    private static partial Regex Turn();
}
