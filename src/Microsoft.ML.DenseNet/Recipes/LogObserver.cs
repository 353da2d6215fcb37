using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Reports each epoch to ML.NET's log, and lets ML.NET's own cancellation end the training.</summary>
internal sealed class LogObserver(IChannel channel, IHost host) : TrainingObserver
{
    public override void OnTrainingStarted(TrainingProgress progress)
    {
        if (progress.Epoch == 0)
            return;
        lock (channel) // networks of one model may train concurrently
            channel.Info($"Resumed at epoch {progress.Epoch} of {progress.NumberOfEpochs} from the checkpoint.");
    }

    public override void OnEpochEnded(TrainingProgress progress)
    {
        host.CheckAlive();
        var record = progress.Latest!;
        lock (channel)
        {
            channel.Trace(record.ValidationLoss is { } validationLoss
                ? $"Epoch {record.Epoch}: training loss {record.TrainingLoss:G6}, validation loss {validationLoss:G6}"
                : $"Epoch {record.Epoch}: training loss {record.TrainingLoss:G6}");
        }
    }
}
