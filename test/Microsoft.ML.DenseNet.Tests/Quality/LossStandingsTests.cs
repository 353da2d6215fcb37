using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class LossStandingsTests
{
    [TestMethod]
    public void Compares_with_each_trainer_and_with_the_best_of_mlnets()
    {
        var scoreboard = new Scoreboard(
        [
            Row("a", "densenet", 2), Row("a", "lightgbm", 1), Row("a", "sdca", 4), Row("a", "constant", 0.5),
            Row("b", "densenet", 3), Row("b", "lightgbm", 4), Row("b", "sdca", 2),
            Row("small", "densenet", 9), Row("small", "lightgbm", 1),
        ]);

        var standings = new LossStandings(scoreboard, "densenet").All.ToDictionary(standing => standing.Against);

        Assert.AreEqual((1, 3), (standings["lightgbm"].Losses.Better, standings["lightgbm"].Losses.Count));
        Assert.AreEqual((2.0, "a"), (standings["lightgbm"].WorstErrorRatio, standings["lightgbm"].WorstDataset), "small has too few test rows");
        Assert.AreEqual((1, 1), (standings["sdca"].Losses.Better, standings["sdca"].Losses.Worse));
        Assert.AreEqual(Math.Cbrt(2.0 / 1 * 3 / 2 * 9 / 1), standings["best of ML.NET's at defaults"].Losses.GeometricMean, 1e-12);
        Assert.AreEqual(4, standings["constant"].WorstErrorRatio);
    }

    [TestMethod]
    public void Without_enough_test_rows_there_is_no_worst_ratio()
    {
        var scoreboard = new Scoreboard([Row("small", "densenet", 9), Row("small", "lightgbm", 1)]);

        Assert.IsNull(new LossStandings(scoreboard, "densenet").All.First().WorstErrorRatio);
    }

    private static ResultRow Row(string dataset, string trainer, double rmse) =>
        new(dataset, TabularTask.Regression, trainer, 1, MetricNames.RootMeanSquaredError, rmse, FitSeconds: 1, PredictSeconds: 1, TestRows: dataset == "small" ? 499 : 500);
}
