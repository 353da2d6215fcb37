namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Does something with what every epoch leaves.</summary>
internal sealed class EachEpoch(Action<TrainingProgress> action) : TrainingObserver
{
    public override void OnEpochEnded(TrainingProgress progress) => action(progress);
}
