namespace Microsoft.ML.DenseNet;

/// <summary>Wraps a progress callback as an observer.</summary>
/// <param name="callback">Called after each epoch.</param>
internal sealed class EpochCallback(Action<TrainingProgress> callback) : TrainingObserver
{
    internal override string Name => nameof(DenseNetOptions.Progress);

    public override void OnEpochEnded(TrainingProgress progress) => callback(progress);
}
