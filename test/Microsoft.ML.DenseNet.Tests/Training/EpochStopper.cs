namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Stops a training after an epoch.</summary>
internal sealed class EpochStopper(int epoch) : TrainingObserver
{
    public override void OnEpochEnded(TrainingProgress progress)
    {
        if (progress.Epoch == epoch)
            progress.Stop();
    }
}
