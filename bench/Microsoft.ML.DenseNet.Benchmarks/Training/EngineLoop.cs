using System.Diagnostics;

namespace Microsoft.ML.DenseNet.Benchmarks.Training;

/// <summary>The same training with the library's engine.</summary>
internal static class EngineLoop
{
    /// <summary>The seconds per step on the CPU, including shuffling and records, averaged over whole epochs after a warm-up epoch.</summary>
    public static double SecondsPerStep(TrainingCase test, RowSet rows, int epochs) => SecondsPerStep(test, rows, epochs, DenseNetDevice.Cpu, Precision.Float32);

    /// <summary>The same on another device.</summary>
    public static double SecondsPerStep(TrainingCase test, RowSet rows, int epochs, DenseNetDevice device, Precision precision)
    {
        var layout = new NetworkLayout(test.Network, test.Inputs);
        var clock = new EpochClock();
        var task = test.Outputs == 1 ? LearningTask.BinaryClassification : LearningTask.MulticlassClassification;
        TrainingRun.Train(
            new TrainingPlan
            {
                Task = task,
                Layout = layout,
                Buffers = [],
                Initialization = Initialization.PyTorch,
                Loss = test.Outputs == 1 ? Losses.BinaryCrossEntropy() : Losses.CrossEntropy(),
                Optimizer = test.Optimizer,
                Schedule = Schedules.Constant,
                LearningRate = 1e-3,
                WeightDecay = 0,
                NumberOfEpochs = epochs + 1,
                BatchSize = test.Batch,
                Shuffle = true,
                Seed = 1,
                Device = TorchRuntime.DeviceOf(device),
                UsesOnlyTorch = device == DenseNetDevice.TorchCpu,
                Precision = precision,
                EarlyStoppingRound = 0,
                RestoreBestWeights = false,
                Observers = [clock],
                CancellationToken = default,
            },
            rows,
            null);
        long steps = (long)epochs * ((test.Rows + test.Batch - 1) / test.Batch);
        return clock.Elapsed.TotalSeconds / steps;
    }

    private sealed class EpochClock : TrainingObserver
    {
        private readonly Stopwatch _clock = new();

        public TimeSpan Elapsed => _clock.Elapsed;

        public override void OnEpochStarted(TrainingProgress progress)
        {
            if (progress.Epoch == 1)
                _clock.Start();
        }

        public override void OnTrainingEnded(TrainingProgress progress) => _clock.Stop();
    }
}
