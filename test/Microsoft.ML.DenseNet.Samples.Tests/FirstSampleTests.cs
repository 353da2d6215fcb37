using System.Globalization;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>QuickStart and Tutorial print and draw what their pages show.</summary>
[TestClass]
public sealed class FirstSampleTests
{
    [TestMethod]
    public async Task QuickStart_reaches_its_AUC_and_prints_what_its_README_shows()
    {
        var sample = new Sample("QuickStart");
        string report = Path.Combine(sample.OutputFolder, "report.html");
        File.Delete(report);
        string output = await sample.Run();

        double auc = double.Parse(output.Split('\n').Single(line => line.Contains("DenseNet")).Split('│')[2], CultureInfo.InvariantCulture);
        Assert.IsGreaterThanOrEqualTo(0.99, auc);
        ShownOutput.AssertPrinted(output, "samples/QuickStart/README.md");
        Assert.EndsWith($"The report is in {report}\n", output);
        Assert.Contains("Confusion matrix", File.ReadAllText(report));
    }

    [TestMethod]
    public async Task Tutorial_prints_and_draws_what_its_README_shows()
    {
        var sample = new Sample("Tutorial");
        string drawn = Path.Combine(sample.OutputFolder, "pictures");
        if (Directory.Exists(drawn))
            Directory.Delete(drawn, recursive: true);
        string output = await sample.Run();
        ShownOutput.AssertPrinted(output, "samples/Tutorial/README.md");
        Assert.EndsWith($"The pictures are in {drawn}\n", output);

        string shown = Path.Combine(sample.SourceFolder, "pictures");
        CollectionAssert.AreEquivalent(Names(shown), Names(drawn));
        foreach (string name in Names(shown))
            CollectionAssert.AreEqual(PngSize(Path.Combine(shown, name)), PngSize(Path.Combine(drawn, name)), name);
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path))];

    /// <summary>Width and height, as the file's header has them.</summary>
    private static byte[] PngSize(string path) => File.ReadAllBytes(path)[16..24];
}
