using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class ScoreboardTests
{
    private readonly Scoreboard _scoreboard = new(
    [
        Row("a", TabularTask.Binary, "lightgbm", 1, MetricNames.Auc, 0.8),
        Row("a", TabularTask.Binary, "lightgbm", 2, MetricNames.Auc, 0.9),
        Row("a", TabularTask.Binary, "densenet", 1, MetricNames.Auc, 0.9),
        Row("a", TabularTask.Binary, "linear", 1, MetricNames.Auc, 0.7),
        Row("b", TabularTask.Multiclass, "lightgbm", 1, MetricNames.Accuracy, 1),
        Row("b", TabularTask.Multiclass, "densenet", 1, MetricNames.Accuracy, 1),
        Row("c", TabularTask.Regression, "lightgbm", 1, MetricNames.RSquared, 0.75),
        Row("c", TabularTask.Regression, "lightgbm", 1, MetricNames.RootMeanSquaredError, 2),
        Row("c", TabularTask.Regression, "densenet", 1, MetricNames.RSquared, 0.5),
        Row("c", TabularTask.Regression, "densenet", 1, MetricNames.RootMeanSquaredError, 2.5),
    ]);

    [TestMethod]
    public void Cells_are_means_and_deviations_over_the_seeds()
    {
        var several = _scoreboard.Find("a", "lightgbm", MetricNames.Auc)!.Value;
        Assert.AreEqual(0.85, several.Mean, 1e-12);
        Assert.AreEqual(Math.Sqrt(0.005), several.Deviation!.Value, 1e-12);
        Assert.IsNull(_scoreboard.Find("a", "densenet", MetricNames.Auc)!.Value.Deviation);
        Assert.IsNull(_scoreboard.Find("b", "linear", MetricNames.Accuracy));
    }

    [TestMethod]
    public void Ties_share_a_rank_and_lower_errors_rank_higher()
    {
        Assert.AreEqual((2 + 1.5 + 1) / 3, _scoreboard.MeanRank("lightgbm", _scoreboard.PrimaryMetric)!.Value, 1e-12);
        Assert.AreEqual((1 + 1.5 + 2) / 3, _scoreboard.MeanRank("densenet", _scoreboard.PrimaryMetric)!.Value, 1e-12);
        Assert.AreEqual(3, _scoreboard.MeanRank("linear", _scoreboard.PrimaryMetric)!.Value);
        Assert.AreEqual(2, _scoreboard.MeanRank("densenet", _ => MetricNames.RootMeanSquaredError)!.Value);
        Assert.IsNull(_scoreboard.MeanRank("densenet", _ => MetricNames.LogLoss));
        CollectionAssert.AreEqual(new[] { "lightgbm" }, _scoreboard.Best("c", MetricNames.RootMeanSquaredError).ToArray());
        CollectionAssert.AreEqual(new[] { "lightgbm", "densenet" }, _scoreboard.Best("b", MetricNames.Accuracy).ToArray());
    }

    [TestMethod]
    public void Head_to_head_counts_common_datasets_and_finds_the_worst_error_ratio()
    {
        Assert.AreEqual(new HeadToHead(Wins: 1, Ties: 1, Count: 3, WorstErrorRatio: 1.25, WorstDataset: "c"), _scoreboard.Compare("densenet", "lightgbm"));
        Assert.AreEqual(1, _scoreboard.Compare("linear", "lightgbm")!.Count);
        Assert.IsNull(_scoreboard.Compare("densenet", "fasttree"));
    }

    private static ResultRow Row(string dataset, TabularTask task, string trainer, int seed, string metric, double value) =>
        new(dataset, task, trainer, seed, metric, value, FitSeconds: 1, PredictSeconds: 1);
}
