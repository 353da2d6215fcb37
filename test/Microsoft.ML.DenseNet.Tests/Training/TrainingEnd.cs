namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Looks at a training when it has ended.</summary>
internal sealed class TrainingEnd(Action<TrainingProgress> look) : TrainingObserver
{
    public override void OnTrainingEnded(TrainingProgress progress) => look(progress);
}
