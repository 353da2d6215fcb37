using Microsoft.ML.DenseNet.Mpi.TestHost;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Ranks that would train different things, or fail, before and after training has begun.</summary>
[TestClass]
public sealed class AgreementTests
{
    private static readonly (string Message, Action<DenseNetOptions> Change)[] Changes =
    [
        ("the seed is 7 on rank 1 and 5 on rank 0", options => options.Seed = 7),
        ("the learning rate is 0.5 on rank 1", options => options.LearningRate = 0.5),
        ("the numbers that the model predicts with (Quantization) is Int8 on rank 1 and None on rank 0", options => options.Quantization = NetworkQuantization.Int8),
        ("whether the model keeps statistics (StoreStatistics) is True on rank 1 and False on rank 0", options => options.StoreStatistics = true),
        ("the number of rows that the model keeps (NumberOfBackgroundRows) is 16 on rank 1 and 0 on rank 0", options => options.NumberOfBackgroundRows = 16),
        ("the coverage of intervals or sets (IntervalCoverages, SetCoverage) is 0.9 on rank 1 and not set on rank 0", options => ((DenseNetBinaryTrainer.Options)options).SetCoverage = 0.9),
        ("the number of epochs is 3 on rank 1 and 6 on rank 0", options => options.NumberOfEpochs = 3),
    ];

    public static IEnumerable<object[]> Numbers => Enumerable.Range(0, Changes.Length).Select(i => new object[] { i });

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public void Other_options_are_refused_on_all_ranks_with_one_message(int number)
    {
        var (message, change) = Changes[number];
        AssertRefused(message, ThreadWorkers.Run(3, workers => JointTraining.Fit("binary", workers, options =>
        {
            if (workers.Rank == 1)
                change(options);
        })));
    }

    [TestMethod]
    public void Other_rows_are_refused_on_all_ranks() => AssertRefused(
        "the number of training rows is 299 on rank 1 and 300 on rank 0",
        ThreadWorkers.Run(2, workers => JointTraining.Fit("binary", workers, rows: workers.Rank == 1 ? 299 : 300)));

    [TestMethod]
    public void A_seed_that_is_drawn_is_that_of_rank_0()
    {
        var ends = ThreadWorkers.Run(2, workers => Fit(new MLContext(), workers));
        Networks.AssertSame(ends[0].Result!, ends[1].Result!, "drawn seed");

        static TrainedNetwork Fit(MLContext mlContext, TrainingWorkers workers) => mlContext.BinaryClassification.Trainers
            .DenseNet(new DenseNetBinaryTrainer.Options { Workers = workers, NumberOfEpochs = 2 })
            .Fit(DenseNetDatasets.MakeClassification(rows: 200, features: 4, seed: 1).ToDataView(mlContext)).Model.Network;
    }

    [TestMethod]
    public void A_rank_that_fails_before_training_is_named_on_all_others()
    {
        // One that fails before the first meeting, for its folder, and one that fails between the first and the second, for its rows.
        var early = ThreadWorkers.Run(3, workers => JointTraining.Fit("binary", workers, options => options.CheckpointDirectory = workers.Rank == 2 ? "/dev/null/folder" : null));
        Assert.IsInstanceOfType<IOException>(early[2].Failure);
        foreach (int rank in new[] { 0, 1 })
            Assert.StartsWith("Rank 2 on test failed before training began, so no process trains: IOException: CheckpointDirectory is '/dev/null/folder'", early[rank].Failure!.Message);

        var late = ThreadWorkers.Run(2, workers => JointTraining.Fit("binary", workers, rows: 300, change: options => options.ValidationFraction = workers.Rank == 0 ? 0.999 : 0.1));
        Assert.AreNotEqual(late[0].Failure!.Message, late[1].Failure!.Message);
        Assert.StartsWith("Rank 0 on test failed before training began, so no process trains: InvalidOperationException: ", late[1].Failure!.Message);
    }

    [TestMethod]
    public void A_failure_of_all_ranks_reaches_each_as_in_one_process()
    {
        foreach (var (_, failure) in ThreadWorkers.Run(2, workers => JointTraining.Fit("binary", workers, options => options.CheckpointDirectory = "/dev/null/folder")))
            Assert.IsInstanceOfType<IOException>(failure);
    }

    [TestMethod]
    public void A_rank_that_fails_while_training_ends_all()
    {
        var ends = ThreadWorkers.Run(3, workers => JointTraining.Fit("binary", workers, options => options.Progress = progress =>
        {
            if (progress.Epoch == 2)
                throw new NotSupportedException("The cable was pulled.");
        }));
        foreach (var (_, failure) in ends)
            Assert.AreEqual("rank 0 on test: NotSupportedException: The cable was pulled.", failure!.Message);
    }

    [TestMethod]
    public void Two_trainings_at_once_are_refused()
    {
        var ends = ThreadWorkers.Run(2, workers => JointTraining.Fit("binary", workers, options => options.Progress = _ => JointTraining.Fit("named", workers)));
        Assert.Contains("Another Fit of this process is using the same Workers", ends[0].Failure!.Message);
    }

    private static void AssertRefused(string message, (TrainedNetwork? Result, Exception? Failure)[] ends)
    {
        foreach (var (_, failure) in ends)
        {
            Assert.IsInstanceOfType<InvalidOperationException>(failure, $"{failure}");
            Assert.StartsWith("Rank 1 on test is about to train something else than rank 0 on test: ", failure.Message);
            Assert.Contains(message, failure.Message);
            Assert.AreEqual(ends[0].Failure!.Message, failure.Message);
        }
    }
}
