using Microsoft.ML.DenseNet.Mpi.TestHost;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Ranks that stream their shares of the rows. Without shuffling, SharedRowTests compares them with one process.</summary>
[TestClass]
public sealed class SharedStreamTests
{
    [TestMethod]
    [DataRow("stream")]
    [DataRow("stream by weight")]
    public void All_ranks_get_the_same_model_that_has_learned(string name)
    {
        // Each rank shuffles its share by itself, so it is not the model of one process; but it fits the rows as well.
        var alone = JointTraining.Fit(name, null);
        var ends = Run(3, name);
        foreach (var other in ends.Concat(Run(3, name)))
            Networks.AssertSame(ends[0], other, name);
        Assert.IsLessThan(ends[0].History[0].TrainingLoss, ends[0].History[^1].TrainingLoss);
        Assert.AreEqual(1, ends[0].History[^1].TrainingLoss / alone.History[^1].TrainingLoss, 0.1);
    }

    [TestMethod]
    public void A_rank_computes_only_its_own_rows_in_an_epoch()
    {
        const int Epochs = 3;
        var computed = Computed(new DenseNetRegressionTrainer.Options { HiddenUnits = [2], NumberOfEpochs = Epochs, DataPlacement = DataPlacement.Stream }, out var own);
        for (int rank = 0; rank < own.Length; rank++)
            Assert.AreEqual((1 + Epochs) * own[rank], computed[rank], "The first pass and each epoch compute this rank's rows.");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_rank_computes_only_its_own_rows_of_those_in_memory(bool isNamed)
    {
        var computed = Computed(new DenseNetRegressionTrainer.Options { HiddenUnits = isNamed ? [2] : null, NumberOfEpochs = 2 }, out var own);
        for (int rank = 0; rank < own.Length; rank++)
            Assert.AreEqual(own[rank], computed[rank], "Other ranks' rows come from them.");
    }

    [TestMethod]
    public void Rows_of_weight_0_have_no_number()
    {
        // With them and without them the ranks train the same, as one process does; so the ranks have the same rows either way.
        int[] all = [.. Enumerable.Range(0, 200)];
        static IEnumerable<WeightedRow> Rows(IEnumerable<int> numbers, Func<int, float> weight) => numbers.Select(i => new WeightedRow { Features = [i % 7, i % 3], Label = i % 5, Weight = weight(i) });
        float WeightOf(int i) => i % 4 == 1 || i is > 50 and < 60 ? 0 : 1 + (i % 3);
        TrainedNetwork[] Fit(IEnumerable<WeightedRow> rows, DataPlacement placement) => [.. ThreadWorkers.Run(3, workers =>
        {
            workers.Split = WorkSplit.Rows;
            var mlContext = new MLContext(seed: 1);
            return mlContext.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
            {
                HiddenUnits = [4],
                NumberOfEpochs = 3,
                NumberOfThreads = 1,
                ExampleWeightColumnName = "Weight",
                ValidationFraction = 0.2,
                DataPlacement = placement,
                Workers = workers,
            }).Fit(mlContext.Data.LoadFromEnumerable(rows)).Model.Network;
        }).Select(end => end.Result ?? throw end.Failure!)];
        foreach (var placement in new[] { DataPlacement.Stream, DataPlacement.Host })
            Networks.AssertSame(Fit(Rows(all.Where(i => WeightOf(i) > 0), WeightOf), placement)[0], Fit(Rows(all, WeightOf), placement)[2], $"{placement}");
    }

    private static TrainedNetwork[] Run(int count, string name) => [.. ThreadWorkers.Run(count, workers =>
    {
        workers.Split = WorkSplit.Rows;
        return JointTraining.Fit(name, workers);
    }).Select(end => end.Result ?? throw end.Failure!)];

    /// <summary>Trains on three ranks; returns how often each computed a row of a lazy pipeline.</summary>
    /// <param name="options">The options.</param>
    /// <param name="own">The number of rows of each rank.</param>
    private static int[] Computed(DenseNetRegressionTrainer.Options options, out int[] own)
    {
        const int Rows = 100, Ranks = 3;
        var computed = new int[Ranks];
        var ends = ThreadWorkers.Run(Ranks, workers =>
        {
            workers.Split = WorkSplit.Rows;
            var mine = (DenseNetRegressionTrainer.Options)options.Copy();
            (mine.Workers, mine.NumberOfThreads) = (workers, 1);
            var rows = new LazyView(Rows, () => Interlocked.Increment(ref computed[workers.Rank]));
            return new MLContext(seed: 1).Regression.Trainers.DenseNet(mine).Fit(rows).Model.Network;
        });
        Assert.IsNull(ends[0].Failure, $"{ends[0].Failure}");
        own = [.. Enumerable.Range(0, Ranks).Select(rank => (Rows - rank + Ranks - 1) / Ranks)];
        return computed;
    }
}
