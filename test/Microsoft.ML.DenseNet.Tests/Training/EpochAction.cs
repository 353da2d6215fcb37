namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Does something when an epoch has ended.</summary>
internal sealed class EpochAction(int epoch, Action action) : TrainingObserver
{
    public override void OnEpochEnded(TrainingProgress progress)
    {
        if (progress.Epoch == epoch)
            action();
    }
}
