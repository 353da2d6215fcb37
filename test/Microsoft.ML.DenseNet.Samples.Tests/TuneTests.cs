using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>Tune finds something, and leaves its pictures, its report and its files for TensorBoard.</summary>
[TestClass]
public sealed partial class TuneTests
{
    [TestMethod]
    public async Task Tune_prints_draws_and_reports()
    {
        var sample = new Sample("Tune");
        string drawn = Path.Combine(sample.OutputFolder, "pictures"), report = Path.Combine(sample.OutputFolder, "report.html"), board = Path.Combine(sample.OutputFolder, "board");
        if (Directory.Exists(drawn))
            Directory.Delete(drawn, recursive: true);
        File.Delete(report);
        string output = await sample.Run();

        // Another processor's rounding may lead to other trials, so only the words are compared.
        foreach (string line in File.ReadLines(Path.Combine(sample.SourceFolder, "README.md")).Where(line => line.StartsWith("24 trials", StringComparison.Ordinal) || line.StartsWith("Error on rows", StringComparison.Ordinal)))
            Assert.Contains(Digits().Replace(line, "#"), Digits().Replace(output, "#"));
        Assert.Contains("What mattered: ", output);
        CollectionAssert.AreEquivalent(new[] { "importance.png", "rungs.png", "trials.png", "values.png" }, Directory.GetFiles(drawn).Select(path => Path.GetFileName(path)).ToArray());
        Assert.Contains("The ensemble averages", File.ReadAllText(report));
        Assert.HasCount(24, Directory.GetDirectories(board));

        // The best trial is at least as good as the first, on the rows that chose it.
        double first = Number(output, @"([\d]+) dollars without tuning"), best = Number(output, @"([\d]+) with the best options");
        Assert.IsLessThanOrEqualTo(first, best, output);
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();

    private static double Number(string text, string pattern) => double.Parse(Regex.Match(text, pattern).Groups[1].Value, CultureInfo.InvariantCulture);
}
