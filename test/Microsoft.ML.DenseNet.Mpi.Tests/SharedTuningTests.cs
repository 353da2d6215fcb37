using Microsoft.ML.DenseNet.Mpi.TestHost;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Ranks that divide a tuning's trials: the result is that of one process, bit for bit.</summary>
[TestClass]
public sealed class SharedTuningTests
{
    private static readonly Lazy<string> Alone = new(() => JointSearch.Describe(JointSearch.Run(null)));

    private static readonly (string Message, Action<DenseNetTuningOptions>? Tuning, Action<DenseNetBinaryTrainer.Options>? Options)[] Changes =
    [
        ("the seed is 7 on rank 1 and 5 on rank 0", tuning => tuning.Seed = 7, null),
        ("the number of trials (MaximumTrials) is '3' on rank 1 and '9' on rank 0", tuning => tuning.MaximumTrials = 3, null),
        ("the limit of work (MaximumWork) is '2' on rank 1 and not set on rank 0", tuning => tuning.MaximumWork = 2, null),
        ("the size of the ensemble (EnsembleSize) is '1' on rank 1 and '8' on rank 0", tuning => tuning.EnsembleSize = 1, null),
        ("the number of trials under way (Concurrency) is '2' on rank 1 and '4' on rank 0", tuning => tuning.Concurrency = 2, null),
        ("the space (Space) is", tuning => tuning.Space = TuningSpace.Empty.With(TuningParameter.Uniform("Dropout", 0, 0.5)), null),
        ("the trainer's options are '    BatchSize = 64,' on rank 1 and", null, options => options.BatchSize = 64),
        ("the kind of folder (JournalDirectory) is 'named' on rank 1 and 'temporary' on rank 0", tuning => tuning.JournalDirectory = Path.GetTempPath(), null),
    ];

    public static IEnumerable<object[]> Numbers => Enumerable.Range(0, Changes.Length).Select(i => new object[] { i });

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Every_rank_finds_what_one_process_finds_and_each_trial_is_done_once(int count)
    {
        var done = new List<int>();
        var ends = ThreadWorkers.Run(count, workers =>
        {
            var result = JointSearch.Run(workers, tuning => tuning.Progress = progress =>
            {
                lock (done)
                    done.AddRange(progress.End is null ? [] : [progress.Trial]);
            });
            Assert.AreSame(workers, result.BestOptions.Workers);
            return result;
        });
        foreach (var (result, failure) in ends)
        {
            Assert.IsNull(failure, $"{failure}");
            Assert.AreEqual(Alone.Value, JointSearch.Describe(result!));
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, JointSearch.Trials).ToList(), done.Order().ToList());
    }

    [TestMethod]
    public void The_ranks_train_the_best_model_again_with_the_best_options()
    {
        var ends = ThreadWorkers.Run(2, workers =>
        {
            var result = JointSearch.Run(workers, tuning => tuning.MaximumTrials = 3);
            var mlContext = new MLContext(seed: 1);
            var rows = DenseNetDatasets.MakeClassification(rows: 200, features: 6, informative: 4, seed: 3).ToDataView(mlContext);
            return (Tuned: result.Network, Again: mlContext.BinaryClassification.Trainers.DenseNet(result.BestOptions).Fit(rows).Model.Network);
        });
        foreach (var (networks, failure) in ends)
        {
            Assert.IsNull(failure, $"{failure}");
            Networks.AssertSame(networks.Tuned, networks.Again, "again");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public void A_rank_with_another_search_is_refused_on_all_ranks_with_one_message(int number)
    {
        var (message, tuning, options) = Changes[number];
        AssertRefused(message, ThreadWorkers.Run(3, workers => workers.Rank == 1 ? JointSearch.Run(workers, tuning, options) : JointSearch.Run(workers)));
    }

    [TestMethod]
    public void Other_rows_are_refused_on_all_ranks() => AssertRefused(
        "the training rows are '199 rows of 6 features",
        ThreadWorkers.Run(2, workers => JointSearch.Run(workers, rows: workers.Rank == 1 ? 199 : 200)));

    [TestMethod]
    public void A_rank_that_does_not_see_the_journal_is_named_on_all_ranks_with_the_remedy()
    {
        using TestFolder first = new(), second = new();
        var ends = ThreadWorkers.Run(3, workers => JointSearch.Run(workers, tuning => tuning.JournalDirectory = workers.Rank == 2 ? second.Path : first.Path));
        string remedy = $"The journal is in '{first.Path}' on rank 0 on test, but '{second.Path}' on rank 2 on test is not that folder. Set JournalDirectory to a folder in a file system that all processes share.";
        Assert.AreEqual(remedy, ends[2].Failure!.Message);
        foreach (int rank in new[] { 0, 1 })
            Assert.AreEqual($"Rank 2 on test failed before training began, so no process trains: IOException: {remedy}", ends[rank].Failure!.Message);
        Assert.IsEmpty(Directory.GetFileSystemEntries(second.Path));
        Assert.IsEmpty(Directory.GetFiles(first.Path, "*.job"));
    }

    [TestMethod]
    public void A_journal_of_another_tuning_is_refused_on_all_ranks()
    {
        using var folder = new TestFolder();
        JointSearch.Run(null, tuning => (tuning.JournalDirectory, tuning.MaximumTrials, tuning.Reduction) = (folder.Path, 1, 3));
        var ends = ThreadWorkers.Run(2, workers => JointSearch.Run(workers, tuning => tuning.JournalDirectory = folder.Path));
        Assert.StartsWith($"The journal in '{folder.Path}' is of another tuning: the reduction (Reduction) is '3' there and '2' here.", ends[0].Failure!.Message);
        Assert.Contains("Rank 0 on test failed before training began, so no process trains: InvalidOperationException: The journal in ", ends[1].Failure!.Message);
    }

    [TestMethod]
    public void A_seed_that_is_drawn_is_that_of_rank_0_and_of_its_journal()
    {
        using var folder = new TestFolder();
        string[] Search(int trials) => [.. ThreadWorkers.Run(2, workers => JointSearch.Run(workers, tuning => (tuning.JournalDirectory, tuning.MaximumTrials) = (folder.Path, trials), seed: null))
            .Select(end => JointSearch.Describe(end.Result ?? throw end.Failure!))];
        string[] three = Search(3), four = Search(4);
        Assert.AreEqual(three[0], three[1]);
        Assert.AreEqual(four[0], four[1]);
        CollectionAssert.AreEqual(three[0].Split('\n')[..3], four[0].Split('\n')[..3]);
    }

    [TestMethod]
    public void A_rank_that_fails_while_it_trains_ends_all()
    {
        var ends = ThreadWorkers.Run(3, workers => JointSearch.Run(workers, tuning => tuning.Progress = progress =>
        {
            if (progress.Trial == 2)
                throw new NotSupportedException("The cable was pulled.");
        }));
        foreach (var (_, failure) in ends)
            Assert.MatchesRegex("^rank [0-2] on test: .*NotSupportedException: The cable was pulled", failure!.Message);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_rank_that_is_cancelled_or_out_of_time_ends_all_with_the_same_result(bool isCancelled)
    {
        using var cancel = new CancellationTokenSource();
        using var folder = new TestFolder();
        var ends = ThreadWorkers.Run(2, workers => JointSearch.Run(workers, tuning =>
        {
            (tuning.JournalDirectory, tuning.MaximumTrials, tuning.Concurrency) = (folder.Path, 2000, 2);
            if (workers.Rank != 1)
                return;
            if (!isCancelled)
                tuning.MaximumTime = TimeSpan.FromMilliseconds(300);
            else
                tuning.CancellationToken = cancel.Token;
            tuning.Progress = progress =>
            {
                if (isCancelled && progress.Trial >= 2)
                    cancel.Cancel();
            };
        }));
        Assert.IsNull(ends[0].Failure, $"{ends[0].Failure}");
        Assert.IsNull(ends[1].Failure, $"{ends[1].Failure}");
        Assert.AreEqual(JointSearch.Describe(ends[0].Result!), JointSearch.Describe(ends[1].Result!));
        Assert.IsLessThan(2000, ends[0].Result!.Trials.Count);
    }

    [TestMethod]
    public void A_cancellation_before_the_first_trial_is_complete_reaches_all_ranks()
    {
        using var cancel = new CancellationTokenSource();
        var ends = ThreadWorkers.Run(2, workers => JointSearch.Run(workers, tuning =>
        {
            if (workers.Rank == 1)
                tuning.CancellationToken = cancel.Token;
            tuning.Progress = progress =>
            {
                cancel.Cancel(); // after the first network
                Thread.Sleep(1500); // the other rank learns of it within a quarter of a second
            };
        }));
        foreach (var (_, failure) in ends)
            Assert.IsInstanceOfType<OperationCanceledException>(failure, $"{failure}");
    }

    [TestMethod]
    public void More_ranks_than_trials_under_way_are_warned_of_and_change_nothing()
    {
        var warnings = new List<string>();
        var ends = ThreadWorkers.Run(6, workers => JointSearch.Run(workers, log: message =>
        {
            lock (warnings)
                warnings.Add(message);
        }));
        Assert.AreEqual(1, warnings.Count(message => message.StartsWith("Workers has 6 processes, but Concurrency is 4: no more than 4 of them have something to do.", StringComparison.Ordinal)));
        foreach (var (result, failure) in ends)
            Assert.AreEqual(Alone.Value, JointSearch.Describe(result ?? throw failure!));
    }

    [TestMethod]
    public void Rows_of_each_rank_are_refused()
    {
        var ends = ThreadWorkers.Run(2, workers =>
        {
            (workers.Split, workers.Data) = (WorkSplit.Rows, WorkData.Own);
            return JointSearch.Run(workers);
        });
        foreach (var (_, failure) in ends)
            Assert.Contains("Workers.Data is WorkData.Own, but each trial is trained by one process on all rows. Give all processes the same data.", failure!.Message);
    }

    [TestMethod]
    public void A_training_with_the_workers_during_a_tuning_is_refused()
    {
        var ends = ThreadWorkers.Run(2, workers => JointSearch.Run(workers, tuning => tuning.Progress = _ => JointTraining.Fit("named", workers)));
        Assert.Contains("Another Fit of this process is using the same Workers", ends[0].Failure!.Message);
    }

    private static void AssertRefused(string message, (DenseNetTuningResult<DenseNetBinaryTrainer.Options>? Result, Exception? Failure)[] ends)
    {
        foreach (var (_, failure) in ends)
        {
            Assert.IsInstanceOfType<InvalidOperationException>(failure, $"{failure}");
            Assert.StartsWith("Rank 1 on test is about to tune something else than rank 0 on test: ", failure.Message);
            Assert.Contains(message, failure.Message);
            Assert.AreEqual(ends[0].Failure!.Message, failure.Message);
        }
    }
}
