using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet.TrainingHost;

/// <summary>The training that a child process is killed in, and that goes on elsewhere.</summary>
internal static class HostTraining
{
    public const int Epochs = 40;

    /// <summary>Trains.</summary>
    /// <param name="checkpoints">Where the state is kept; null for nowhere.</param>
    /// <param name="progress">Called after each epoch.</param>
    /// <param name="warn">Told of ML.NET's warnings.</param>
    public static TrainedNetwork Fit(string? checkpoints, Action<TrainingProgress>? progress, Action<string>? warn = null)
    {
        var mlContext = new MLContext(seed: 5);
        mlContext.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
                warn?.Invoke(entry.RawMessage);
        };
        var rows = DenseNetDatasets.MakeClassification(rows: 400, features: 6, informative: 4, seed: 3).ToDataView(mlContext);
        var options = new DenseNetBinaryTrainer.Options
        {
            Network = Layer.Sequential(Layer.Linear(24), Layer.SiLU, Layer.Dropout(0.2f), Layer.Linear(12), Layer.ReLU),
            NumberOfEpochs = Epochs,
            ValidationFraction = 0.25,
            Schedule = Schedules.ReduceOnPlateau(patience: 1),
            CheckpointDirectory = checkpoints,
            CheckpointInterval = TimeSpan.Zero,
            Progress = progress,
        };
        return mlContext.BinaryClassification.Trainers.DenseNet(options).Fit(rows).Model.Network;
    }

    /// <summary>Says which epoch has ended, and does not go on after the last but few, so that whoever waits for one can kill the process in time.</summary>
    public static void Report(TrainingProgress progress)
    {
        Console.WriteLine(progress.Epoch.ToString(CultureInfo.InvariantCulture));
        if (progress.Epoch == Epochs - 3)
            Thread.Sleep(Timeout.Infinite);
    }
}
