using Microsoft.ML.DenseNet.Benchmarks;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class CompareVerbTests
{
    private readonly string _folder = Directory.CreateTempSubdirectory("densenet-compare-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Compares_means_over_the_seeds_that_both_have()
    {
        string before = Write("before", "net", Binary("a", 1, 0.9, 0.3, 4), Binary("a", 2, 0.8, 0.5, 4), Binary("a", 3, 0.1, 9, 4), Binary("only", 1, 0.5, 1, 1), Price("b", 1, 10, 2));
        string after = Write("after", "net", Binary("a", 1, 0.8, 0.2, 1), Binary("a", 2, 0.7, 0.4, 1), Price("b", 1, 12, 1));

        string output = Run(before, after);

        StringAssert.Contains(output, "| a       | 2     | 1 - AUC | 0.15 ± 0.071 | 0.25 ± 0.071 | 1.667 | 0.4 ± 0.14      | 0.3 ± 0.14 | 0.750 | 4.00         | 1.00  | 0.250 |");
        StringAssert.Contains(output, "| b       | 1     | RMSE    | 10           | 12           | 1.200 |");
        // sqrt(5/3 x 6/5) = sqrt 2; both sets are worse, one of the 2^2 sign patterns on each side.
        StringAssert.Contains(output, "| error            | 2        | 1.4142                       | 0      | 0     | 2     | 0.5000     | 1 of 1: a");
        StringAssert.Contains(output, "| log-loss         | 1        | 0.7500");
        StringAssert.Contains(output, "| log-loss or RMSE | 2        | 0.9487");
        StringAssert.Contains(output, "| fit time         | 2        | 0.3536                       | 2      | 0     | 0");
        StringAssert.Contains(output, "Without a seed that both have: only.");
    }

    [TestMethod]
    public void Solved_datasets_do_not_rule_the_ratios()
    {
        string before = Write("before", "net", Binary("solved", 1, 1, 0.0001, 1));
        string after = Write("after", "net", Binary("solved", 1, 0.996, 0.009, 1));

        string output = Run(before, after);

        StringAssert.Contains(output, "| error            | 1        | 1.0000                       | 0      | 0     | 1     | 1.0000     | (one seed)");
        StringAssert.Contains(output, "| log-loss         | 1        | 1.0000");
    }

    [TestMethod]
    public void Trainers_may_have_different_names()
    {
        string before = Write("before", "old", Binary("a", 1, 0.9, 0.3, 4));
        string after = Write("after", "densenet", Binary("a", 1, 0.9, 0.3, 4));
        var results = new ResultsFile(after);
        results.Replace("a", "other", 1, Binary("a", 1, 0.5, 0.7, 4)("other"));

        StringAssert.Contains(Run(before, after), $"### From old in {before} to densenet in {after}");
        StringAssert.Contains(Run(before, after, "--trainer", "other"), $"### From old in {before} to other in {after}");
        Assert.ThrowsExactly<UsageException>(() => Run(after, before, "--trainer-before", "none"));
        Assert.ThrowsExactly<UsageException>(() => Run(before, after, "--trainer", "old"));
    }

    [TestMethod]
    public void Refuses_folders_that_cannot_be_compared()
    {
        string before = Write("before", "net", Binary("a", 1, 0.9, 0.3, 4));
        string after = Write("after", "net", Binary("a", 2, 0.9, 0.3, 4), Binary("b", 1, 0.9, 0.3, 4));

        Assert.ThrowsExactly<UsageException>(() => Run(before, after), "no seed in common");
        Assert.ThrowsExactly<UsageException>(() => Run(before, Path.Combine(_folder, "none")));
        Assert.ThrowsExactly<UsageException>(() => new CompareVerb(TextWriter.Null).Run([before]));
    }

    [TestMethod]
    public void Reads_results_from_before_the_test_rows_were_written()
    {
        string folder = Path.Combine(_folder, "old");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "results.csv"), "dataset,task,trainer,seed,metric,value,fit_seconds,predict_seconds\na,regression,net,1,rmse,2,3,4\n");

        Assert.AreEqual(new ResultRow("a", TabularTask.Regression, "net", 1, "rmse", 2, 3, 4), ResultsFile.ReadExisting(folder).Single());
    }

    private static Func<string, ResultRow[]> Binary(string dataset, int seed, double auc, double logLoss, double seconds) => trainer =>
    [
        new ResultRow(dataset, TabularTask.Binary, trainer, seed, MetricNames.Auc, auc, seconds, 1, TestRows: 100),
        new ResultRow(dataset, TabularTask.Binary, trainer, seed, MetricNames.LogLoss, logLoss, seconds, 1, TestRows: 100),
    ];

    private static Func<string, ResultRow[]> Price(string dataset, int seed, double rmse, double seconds) => trainer =>
        [new ResultRow(dataset, TabularTask.Regression, trainer, seed, MetricNames.RootMeanSquaredError, rmse, seconds, 1, TestRows: 100)];

    private string Write(string name, string trainer, params Func<string, ResultRow[]>[] runs)
    {
        string folder = Path.Combine(_folder, name);
        Directory.CreateDirectory(folder);
        var file = new ResultsFile(folder);
        foreach (var run in runs)
        {
            var rows = run(trainer);
            file.Replace(rows[0].Dataset, trainer, rows[0].Seed, rows);
        }

        return folder;
    }

    private static string Run(params string[] args)
    {
        using var writer = new StringWriter();
        Assert.AreEqual(0, new CompareVerb(writer).Run(args));
        return writer.ToString();
    }
}
