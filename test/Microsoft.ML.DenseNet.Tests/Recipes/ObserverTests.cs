namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What an observer sees while training, and what it may do.</summary>
[TestClass]
public sealed class ObserverTests
{
    [TestMethod]
    public void SeesEachEpochInOrder()
    {
        var observer = new Recorder();
        var result = TrainingRun.Train(Plan(observer, epochs: 3), TrainingPlans.TwoClasses(30, 2, 1), null);
        CollectionAssert.AreEqual(new[] { "start 0", "epoch 0", "end 1", "epoch 1", "end 2", "epoch 2", "end 3", "finish 3" }, observer.Calls);
        CollectionAssert.AreEqual(result.History.ToArray(), observer.Records);
    }

    [TestMethod]
    public void StopsTheRunAndTheModelIsWhatWasLearned()
    {
        var observer = new Recorder { StopAfter = 2 };
        var result = TrainingRun.Train(Plan(observer, epochs: 50), TrainingPlans.TwoClasses(30, 2, 1), null);
        Assert.AreEqual(StopReason.Observer, result.History.StopReason);
        Assert.HasCount(2, result.History);
        Assert.AreEqual(2, result.History.BestEpoch);
        CollectionAssert.AreEqual(observer.Snapshots[^1], result.Parameters);
    }

    [TestMethod]
    public void StoppingBeforeTheFirstEpochLeavesTheUntrainedNetwork()
    {
        var observer = new Recorder { StopAfter = 0 };
        var plan = Plan(observer, epochs: 5);
        var result = TrainingRun.Train(plan, TrainingPlans.TwoClasses(30, 2, 1), null);
        Assert.HasCount(0, result.History);
        CollectionAssert.AreEqual(NetworkInitializer.Initialize(plan.Layout, Initialization.PyTorch, plan.Seed), result.Parameters);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void StoppingBeforeAnEpochLeavesItOut(int epochs)
    {
        var observer = new Recorder { StopBefore = epochs };
        var plan = Plan(observer, epochs: 5);
        var result = TrainingRun.Train(plan, TrainingPlans.TwoClasses(30, 2, 1), null);
        CollectionAssert.AreEqual(new[] { "start 0", "epoch 0", "end 1", "epoch 1", "end 2", "epoch 2" }[..(2 + (2 * epochs))].Append($"finish {epochs}").ToArray(), observer.Calls);
        Assert.AreEqual(StopReason.Observer, result.History.StopReason);
        Assert.HasCount(epochs, result.History);
        CollectionAssert.AreEqual(epochs == 0 ? NetworkInitializer.Initialize(plan.Layout, Initialization.PyTorch, plan.Seed) : observer.Snapshots[^1], result.Parameters);
    }

    [TestMethod]
    public void ASnapshotPredictsAsTheWeightsOfTheMomentDo()
    {
        var rows = TrainingPlans.TwoClasses(30, 2, 1);
        var observer = new Recorder();
        TrainingRun.Train(Plan(observer, epochs: 2), rows, null);
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(3), Layer.Tanh, Layer.Linear(1)), 2);
        for (int i = 0; i < observer.Snapshots.Count; i++)
        {
            double expected = ReferenceNetwork.Run(layout, observer.Snapshots[i], [], [0.5f, -1])[0];
            Assert.AreEqual(expected, observer.Predictions[i], 1e-5);
        }

        Assert.AreNotEqual(observer.Predictions[0], observer.Predictions[1]);
    }

    [TestMethod]
    public void GradientsAreWhatMovedTheWeights()
    {
        // With plain SGD the weights move by −rate · gradient.
        var observer = new Recorder();
        TrainingRun.Train(Plan(observer, epochs: 2), TrainingPlans.TwoClasses(30, 2, 1), null);
        float[] moved = [.. observer.Snapshots[0].Zip(observer.Snapshots[1], (before, after) => before - after)];
        for (int i = 0; i < moved.Length; i++)
            Assert.AreEqual(0.1f * observer.Gradients[1][i], moved[i], 1e-6f);
        double norm = Math.Sqrt(observer.Gradients[1].Sum(value => (double)value * value));
        Assert.AreEqual(norm, observer.Records[1].GradientNorm!.Value, 1e-5);
    }

    [TestMethod]
    public void ClippingByNormAndValueLimitsTheStep()
    {
        var rows = TrainingPlans.TwoClasses(30, 2, 1);
        var observer = new Recorder();
        TrainingRun.Train(Plan(observer, epochs: 2) with { GradientClipNorm = 1e-3 }, rows, null);
        Assert.AreEqual(1e-3, Math.Sqrt(observer.Gradients[1].Sum(value => (double)value * value)), 1e-6);
        Assert.IsGreaterThan(1e-2, observer.Records[0].GradientNorm!.Value, "the norm told is that before clipping");

        observer = new Recorder();
        TrainingRun.Train(Plan(observer, epochs: 2) with { GradientClipValue = 1e-4 }, rows, null);
        Assert.AreEqual(1e-4f, observer.Gradients[1].Max(Math.Abs), 1e-9f);
    }

    private static TrainingPlan Plan(TrainingObserver observer, int epochs) =>
        TrainingPlans.Plain(Layer.Sequential(Layer.Linear(3), Layer.Tanh, Layer.Linear(1)), 2, Losses.BinaryCrossEntropy(), Optimizers.SGD(), 0.1, epochs, 4) with { Observers = [observer] };

    private sealed class Recorder : TrainingObserver
    {
        public int? StopAfter { get; init; }

        /// <summary>The number of epochs before the one that is left out.</summary>
        public int? StopBefore { get; init; }

        public List<string> Calls { get; } = [];

        public List<EpochRecord> Records { get; } = [];

        public List<float[]> Snapshots { get; } = [];

        public List<float[]> Gradients { get; } = [];

        public List<float> Predictions { get; } = [];

        public override void OnTrainingStarted(TrainingProgress progress)
        {
            Calls.Add($"start {progress.Epoch}");
            if (StopAfter == 0)
                progress.Stop();
        }

        public override void OnEpochStarted(TrainingProgress progress)
        {
            Calls.Add($"epoch {progress.Epoch}");
            if (progress.Epoch == StopBefore)
                progress.Stop();
        }

        public override void OnEpochEnded(TrainingProgress progress)
        {
            Calls.Add($"end {progress.Epoch}");
            Records.Add(progress.Latest!);
            var network = progress.TakeSnapshot();
            Snapshots.Add(network.Parameters.ToArray());
            Gradients.Add([.. progress.TakeGradients().SelectMany(tensor => tensor.Values.ToArray())]);
            var output = new float[1];
            network.ComputeOutputs([0.5f, -1], output);
            Predictions.Add(output[0]);
            if (progress.Epoch == StopAfter)
                progress.Stop();
        }

        public override void OnTrainingEnded(TrainingProgress progress) => Calls.Add($"finish {progress.Epoch}");
    }
}
