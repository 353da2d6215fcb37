namespace Microsoft.ML.DenseNet.Tests;

/// <summary>How many networks are trained follows from their work, whether they train at once or one after the other.</summary>
[TestClass]
public sealed class FoldScheduleTests
{
    [TestMethod]
    public void TheNumberOfNetworksDoesNotDependOnHowManyTrainAtOnce()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int count = random.Next(1, 7), epochs = random.Next(1, 30);
            int[] trained = [.. Enumerable.Range(0, count).Select(_ => random.Next(1, epochs + 1))];
            double budget = random.NextDouble() * 2 * epochs * count;

            // The rule written out: one more while the mean work so far leaves room for it.
            int expected = 1;
            while (expected < count && trained.Take(expected).Sum() * (expected + 1.0) / expected <= budget)
                expected++;

            for (int lanes = 1; lanes <= 4; lanes++)
            {
                var folds = new FoldSchedule(count, budget, workPerEpoch: 1, epochs).Run(lanes, (i, _) => Fold(trained[i]));
                CollectionAssert.AreEqual(trained[..expected], folds.Select(fold => fold.Network.History.Count).ToArray(), $"seed {seed}, {lanes} at once");
            }
        }
    }

    [TestMethod]
    public void NetworksThatSurelyFitTrainAtOnce()
    {
        using var both = new Barrier(2); // passed only if two are in training at the same time
        var folds = new FoldSchedule(2, budget: 20, workPerEpoch: 1, epochs: 10).Run(2, (_, lanes) =>
        {
            Assert.AreEqual(2, lanes);
            Assert.IsTrue(both.SignalAndWait(TimeSpan.FromSeconds(30)));
            return Fold(10);
        });
        Assert.HasCount(2, folds);
    }

    [TestMethod]
    public void ANetworkThatWasStoppedBeforeItLearnedIsLeftOut()
    {
        var stopped = new TrainingHistory([], 0, StopReason.Observer);
        var schedule = new FoldSchedule(4, budget: 100, workPerEpoch: 1, epochs: 10);
        Assert.HasCount(2, schedule.Run(1, (i, _) => i < 2 ? Fold(10) : Fold(10) with { Network = Fold(10).Network.With(stopped) }));
        Assert.HasCount(1, schedule.Run(1, (_, _) => Fold(10) with { Network = Fold(10).Network.With(stopped) }), "the untrained network is the model");
    }

    [TestMethod]
    public void TheFirstNetworksFailureIsThrown()
    {
        var schedule = new FoldSchedule(4, budget: 100, workPerEpoch: 1, epochs: 10);
        var failure = Assert.ThrowsExactly<InvalidOperationException>(() => schedule.Run(4, (i, _) => i == 0 ? Fold(10) : throw new InvalidOperationException($"network {i}")));
        Assert.AreEqual("network 1", failure.Message);
    }

    [TestMethod]
    public void AfterAFailureOnlyEarlierNetworksAreBegun()
    {
        var schedule = new FoldSchedule(100, budget: 1000, workPerEpoch: 1, epochs: 10);
        int begun = 0;
        Assert.ThrowsExactly<InvalidOperationException>(() => schedule.Run(2, (_, _) =>
        {
            Interlocked.Increment(ref begun);
            throw new InvalidOperationException();
        }));
        Assert.IsLessThan(60, begun); // two threads begin with the first and the middle one
    }

    [TestMethod]
    public void ANetworkThatIsStoppedBeforeItBeginsIsLeftOut()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(i => new Row { Features = [i, i % 7], Label = i % 2 == 0 }).ToArray());
        TrainedNetwork Fit(int stopped) => ml.BinaryClassification.Trainers
            .DenseNet(new DenseNetBinaryTrainer.Options { NumberOfEpochs = 2, Seed = 5, Observers = { new StartStopper(stopped) } }).Fit(data).Model.Network;
        Assert.AreEqual(4, Fit(stopped: 9).History.Networks);
        Assert.AreEqual(2, Fit(stopped: 3).History.Networks);
        Assert.AreEqual(0, Fit(stopped: 1).History.Count);

        // What two networks give is what they give when they are all there are.
        var alone = ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            NumberOfEpochs = 2,
            Seed = 5,
            Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { MaximumTrainedFolds = 2 },
        }).Fit(data).Model.Network;
        CollectionAssert.AreEqual(alone.Parameters.ToArray(), Fit(stopped: 3).Parameters.ToArray());
    }

    [TestMethod]
    public void TheDefaultModelIsTheSameOnOneThreadAndOnMore()
    {
        var random = new Random(3);
        var ml = new MLContext(1);
        var rows = Enumerable.Range(0, 120).Select(_ => new Row { Features = [random.NextSingle(), random.NextSingle()], Label = random.Next(2) == 0 }).ToArray();
        foreach (var row in rows)
            row.Features[0] += row.Label ? 0.5f : 0;
        var data = ml.Data.LoadFromEnumerable(rows);
        float[][] models = [.. new[] { 1, 2, 3 }.Select(threads => ml.BinaryClassification.Trainers
            .DenseNet(new DenseNetBinaryTrainer.Options { NumberOfThreads = threads, NumberOfEpochs = 6, Seed = 5 }).Fit(data).Model.Network.Parameters.ToArray())];
        CollectionAssert.AreEqual(models[0], models[1]);
        CollectionAssert.AreEqual(models[0], models[2]);
    }

    private static FoldResult Fold(int epochs)
    {
        var records = Enumerable.Range(1, epochs).Select(epoch => new EpochRecord(epoch, 1, null, 0.1, null, 0, null)).ToArray();
        var layout = new NetworkLayout(Layer.Linear(1), 1);
        return new FoldResult(new TrainedNetwork(layout, new float[2], [], new TrainingHistory(records, epochs, StopReason.Completed)), null, []);
    }

    private sealed class StartStopper(int network) : TrainingObserver
    {
        public override void OnTrainingStarted(TrainingProgress progress)
        {
            if (progress.NetworkNumber == network)
                progress.Stop();
        }
    }

    private sealed class Row
    {
        [Microsoft.ML.Data.VectorType(2)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
