using System.Globalization;
using System.Text;
using Microsoft.ML.DenseNet.Benchmarks;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The benchmark of tuning, on small data of each task.</summary>
[TestClass]
public sealed class TuneVerbTests
{
    [TestMethod]
    public void It_compares_four_models_on_every_dataset()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(
            folder["manifest.csv"],
            """
            name,task,rows_train,rows_test,numeric_columns,categorical_columns,classes,positive_label,source,licence_or_origin
            coin,binary,60,20,width,digit,2,heads,here,none
            price,regression,60,20,width,digit,,,here,none

            """);
        foreach (string name in new[] { "coin", "price" })
        {
            WriteRows(folder[$"{name}.train.csv"], 60, name == "coin", seed: 1);
            WriteRows(folder[$"{name}.test.csv"], 20, name == "coin", seed: 2);
        }

        var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.AreEqual(0, new TuneVerb(output).Run(["--data", folder.FullName, "--out", folder["out"], "--trials", "2"]));
        string[] lines = output.ToString().TrimEnd().Split('\n');
        Assert.HasCount(2 + 2 + 3, lines); // header, datasets, comparisons
        Assert.Contains("densenet-tuned-ensemble is better than densenet on", lines[5]);
        var rows = ResultsFile.ReadExisting(folder["out"]);
        CollectionAssert.AreEquivalent(new[] { "densenet", "densenet-tuned", "densenet-tuned-ensemble", "lightgbm-tuned" }, rows.Select(row => row.Trainer).Distinct().ToList());
        Assert.IsTrue(rows.All(row => double.IsFinite(row.Value) && row.FitSeconds > 0));

        Assert.Contains("no dataset 'dice'", Assert.ThrowsExactly<UsageException>(() => new TuneVerb(output).Run(["--data", folder.FullName, "--out", folder["out"], "--datasets", "dice"])).Message);
        Assert.Contains("not a number of trials", Assert.ThrowsExactly<UsageException>(() => new TuneVerb(output).Run(["--data", folder.FullName, "--out", folder["out"], "--trials", "x"])).Message);
    }

    private static void WriteRows(string path, int rows, bool isBinary, int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder("width,digit,label\n");
        for (int i = 0; i < rows; i++)
        {
            double width = random.NextDouble();
            text.Append(CultureInfo.InvariantCulture, $"{width:0.000},{random.Next(3)},{(isBinary ? random.NextDouble() < width ? "heads" : "tails" : $"{width * 2:0.000}")}\n");
        }

        File.WriteAllText(path, text.ToString());
    }
}
