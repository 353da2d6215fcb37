using Microsoft.ML.DenseNet.Mpi.TestHost;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Ranks that each give their own rows, as those of their own files.</summary>
[TestClass]
public sealed class OwnRowTests
{
    private const int Rows = 300;

    /// <summary>Rows by rank: dealt in turn, very unequal, and one rank without any.</summary>
    public static IEnumerable<object[]> Cases =>
        from name in new[] { "named", "binary", "weights", "share by weight", "share by group", "share by time", "lazy", "named regression" }
        from shares in new[] { "in turn", "unequal" }
        select new object[] { name, shares };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Ranks_train_the_model_of_one_process_that_has_all_rows(string name, string shares)
    {
        int[][] own = Shares(shares);
        var ends = Run(name, own);

        // Positions: the first row of each rank, then the second of each.
        int[] all = [.. own.SelectMany((rows, rank) => rows.Select((row, place) => (place, rank, row))).OrderBy(row => row.place).ThenBy(row => row.rank).Select(row => row.row)];
        Networks.AssertClose(JointTraining.Fit(name, null, order: all), ends[0], name);
        foreach (var other in ends.Concat(Run(name, own)))
            Networks.AssertSame(ends[0], other, $"{name}, again");
    }

    [TestMethod]
    [DataRow("stream", "unequal")]
    [DataRow("stream by weight", "unequal")]
    [DataRow("stream", "empty")]
    public void Ranks_that_stream_their_own_rows_all_get_the_same_model_that_has_learned(string name, string shares)
    {
        var own = Shares(shares);
        static void Small(DenseNetOptions options) => options.HiddenUnits = [8];
        var alone = JointTraining.Fit(name, null, Small);
        var ends = Run(name, own, Small);
        foreach (var other in ends.Concat(Run(name, own, Small)))
            Networks.AssertSame(ends[0], other, name);
        Assert.AreEqual(1, ends[0].History[^1].TrainingLoss / alone.History[^1].TrainingLoss, 0.15);
    }

    [TestMethod]
    [DataRow("named")]
    [DataRow("stream")]
    public void Rows_dealt_in_turn_are_the_shares_of_common_data(string name)
    {
        var common = ThreadWorkers.Run(3, workers =>
        {
            workers.Split = WorkSplit.Rows;
            return JointTraining.Fit(name, workers);
        });
        Networks.AssertSame(common[0].Result!, Run(name, Shares("in turn"))[0], name);
    }

    [TestMethod]
    public void Other_columns_are_refused_before_reading()
    {
        var ends = ThreadWorkers.Run(3, workers =>
        {
            Own(workers);
            var mlContext = new MLContext(seed: 1);
            var rows = DenseNetDatasets.MakeClassification(rows: 20, features: workers.Rank == 2 ? 5 : 4, informative: 2, seed: 1).ToDataView(mlContext);
            return mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Workers = workers, Seed = 1 }).Fit(rows);
        });
        foreach (var (_, failure) in ends)
        {
            Assert.IsInstanceOfType<InvalidOperationException>(failure);
            Assert.StartsWith("Rank 2 on test is about to train something else than rank 0 on test: the type of column 'Features' is ", failure.Message);
            Assert.EndsWith("Give all processes the same program, options and columns.", failure.Message);
        }
    }

    [TestMethod]
    [DataRow(WorkData.Same, DataPlacement.Stream, 37)]
    [DataRow(WorkData.Own, DataPlacement.Stream, 12)]
    [DataRow(WorkData.Same, DataPlacement.Host, 37)]
    public void A_bad_row_is_named_with_its_rank(WorkData data, DataPlacement placement, int number)
    {
        // Row 37 of 60 is row 12 of the third rank's share; the row of weight 0 before it counts in messages.
        WeightedRow[] rows = [.. Enumerable.Range(0, 60).Select(i => new WeightedRow { Features = [i, i % 3], Label = i == 38 ? float.NaN : i, Weight = i == 4 ? 0 : 1 })];
        var ends = ThreadWorkers.Run(3, workers =>
        {
            workers.Split = WorkSplit.Rows;
            workers.Data = data;
            var mlContext = new MLContext(seed: 1);
            var own = data == WorkData.Same ? rows : rows.Where(row => row.Weight > 0).Where((_, i) => i % 3 == workers.Rank);
            return mlContext.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { HiddenUnits = [2], ExampleWeightColumnName = "Weight", DataPlacement = placement, Workers = workers })
                .Fit(mlContext.Data.LoadFromEnumerable(own));
        });
        int owner = 37 % 3;
        string fault = $"Column 'Label' has no value at row {number + (data == WorkData.Same ? 1 : 0)}";
        Assert.Contains(fault, ends[owner].Failure!.Message);
        foreach (var (_, failure) in ends.Where((_, rank) => rank != owner))
        {
            Assert.StartsWith($"Rank {owner} on test failed before training began, so no process trains: InvalidOperationException: ", failure!.Message);
            Assert.Contains(fault, failure.Message);
        }
    }

    [TestMethod]
    public void Data_without_rows_is_refused_as_in_one_process()
    {
        foreach (var (_, failure) in ThreadWorkers.Run(2, workers => JointTraining.Fit("named", Own(workers), order: [])))
            Assert.StartsWith("The data has no rows.", failure!.Message);
    }

    [TestMethod]
    public void What_needs_all_rows_is_refused()
    {
        foreach (var (_, failure) in ThreadWorkers.Run(2, workers =>
        {
            workers.Data = WorkData.Own;
            return JointTraining.Fit("named", workers);
        }))
            Assert.StartsWith("Workers.Data is WorkData.Own, but with WorkSplit.Networks each process trains on all rows", failure!.Message);
        foreach (var (_, failure) in ThreadWorkers.Run(2, workers => JointTraining.Fit("stream", Own(workers), options => options.TimeColumnName = nameof(JointRow.Moment))))
            Assert.StartsWith("The rows are streamed, and Workers.Data is WorkData.Own: no process knows the times of all rows", failure!.Message);
    }

    private static int[][] Shares(string name) => name switch
    {
        "in turn" => [.. Enumerable.Range(0, 3).Select(rank => Enumerable.Range(0, Rows).Where(row => row % 3 == rank).ToArray())],
        "unequal" => [[.. Enumerable.Range(0, 20)], [.. Enumerable.Range(20, 180)], [.. Enumerable.Range(200, 100)]],
        _ => [[.. Enumerable.Range(0, 200)], [], [.. Enumerable.Range(200, 100)]],
    };

    private static TrainedNetwork[] Run(string name, int[][] shares, Action<DenseNetOptions>? change = null) =>
        [.. ThreadWorkers.Run(shares.Length, workers => JointTraining.Fit(name, Own(workers), change, order: shares[workers.Rank])).Select(end => end.Result ?? throw end.Failure!)];

    private static TrainingWorkers Own(TrainingWorkers workers)
    {
        (workers.Split, workers.Data) = (WorkSplit.Rows, WorkData.Own);
        return workers;
    }
}
