namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Ends a training whose gradient has become short.</summary>
internal sealed class StopWhenFlat(double gradientNorm) : TrainingObserver
{
    public override void OnEpochEnded(TrainingProgress progress)
    {
        if (progress.Latest!.GradientNorm < gradientNorm)
            progress.Stop();
    }
}
