using Microsoft.ML.DenseNet.Mpi.TestHost;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Folds on several ranks: every rank gets the model of one process, bit for bit.</summary>
[TestClass]
public sealed class SharedFoldTests
{
    public static IEnumerable<object[]> Names => JointTraining.OfNetworks.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Every_rank_gets_the_model_of_one_process(string name)
    {
        var expected = JointTraining.Fit(name, null);
        foreach (int count in new[] { 2, 7 })
        {
            foreach (var (result, failure) in ThreadWorkers.Run(count, workers => JointTraining.Fit(name, workers)))
            {
                Assert.IsNull(failure, $"{failure}");
                Networks.AssertSame(expected, result!, $"{name} on {count} ranks");
            }
        }
    }

    [TestMethod]
    public void The_budget_leaves_room_for_some_of_the_networks_only()
    {
        // Otherwise the case above would not show that networks beyond the budget are left out.
        int networks = JointTraining.Fit("budget", null).History.Networks;
        Assert.IsGreaterThan(1, networks);
        Assert.IsLessThan(4, networks);
    }

    [TestMethod]
    public void Each_rank_trains_its_own_networks_and_says_so()
    {
        var logs = Enumerable.Range(0, 2).Select(_ => new List<string>()).ToArray();
        ThreadWorkers.Run(2, workers => JointTraining.Fit("binary", workers, log: message =>
        {
            lock (logs[workers.Rank])
                logs[workers.Rank].Add(message);
        }));
        foreach (var log in logs)
        {
            Assert.AreEqual(2, log.Count(message => message.StartsWith("Trained 6 epochs", StringComparison.Ordinal)));
            for (int network = 1; network <= 4; network++)
                Assert.Contains(message => message.StartsWith($"Network {network} comes from rank {(network - 1) % 2} on test: 6 epochs", StringComparison.Ordinal), log);
        }
    }

    [TestMethod]
    public void Observers_are_called_on_rank_0_for_its_networks()
    {
        var seen = Enumerable.Range(0, 2).Select(_ => new List<int>()).ToArray();
        var models = new int[2];
        ThreadWorkers.Run(2, workers => JointTraining.Fit("binary", workers, options =>
        {
            options.Progress = progress => seen[workers.Rank].Add(progress.NetworkNumber);
            options.Observers.Add(new ModelCounter(() => models[workers.Rank]++));
        }));
        CollectionAssert.AreEqual(Enumerable.Repeat(1, 6).Concat(Enumerable.Repeat(3, 6)).ToArray(), seen[0]);
        Assert.IsEmpty(seen[1]);
        CollectionAssert.AreEqual(new[] { 1, 0 }, models);
    }

    [TestMethod]
    public void A_network_that_an_observer_stops_is_the_last_as_in_one_process()
    {
        static void Stop(DenseNetOptions options) => options.Progress = progress =>
        {
            if (progress is { NetworkNumber: 3, Epoch: 2 })
                progress.Stop();
        };
        var expected = JointTraining.Fit("binary", null, Stop);
        Assert.AreEqual(3, expected.History.Networks);
        foreach (var (result, _) in ThreadWorkers.Run(2, workers => JointTraining.Fit("binary", workers, Stop)))
            Networks.AssertSame(expected, result!, "stopped");
    }

    [TestMethod]
    public void A_training_resumes_on_another_number_of_ranks()
    {
        var expected = JointTraining.Fit("time", null);
        foreach (var (before, after) in new[] { (2, 3), (3, 1), (1, 2) })
        {
            string folder = Directory.CreateTempSubdirectory().FullName;
            try
            {
                void Keep(DenseNetOptions options) => (options.CheckpointDirectory, options.CheckpointInterval) = (folder, TimeSpan.Zero);
                foreach (var (_, failure) in ThreadWorkers.Run(before, workers => JointTraining.Fit("time", workers, options =>
                {
                    Keep(options);
                    options.Progress = progress =>
                    {
                        if (progress is { NetworkNumber: 2, Epoch: 2 }) // the second training of rank 0's first network
                            throw new NotSupportedException("The cable was pulled.");
                    };
                })))
                    Assert.IsNotNull(failure);
                Assert.IsNotEmpty(Directory.GetFiles(folder, "*.checkpoint"));
                foreach (var (result, failure) in ThreadWorkers.Run(after, workers => JointTraining.Fit("time", workers, Keep)))
                {
                    Assert.IsNull(failure, $"{failure}");
                    Networks.AssertSame(expected, result!, $"{before} ranks, then {after}");
                }

                Assert.IsEmpty(Directory.GetFiles(folder));
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private sealed class ModelCounter(Action count) : TrainingObserver
    {
        public override void OnModelReady(TrainedNetwork network, LearningTask task) => count();
    }
}
