using Microsoft.ML.DenseNet;

namespace Tutorial;

/// <summary>Ends the training before its first epoch: the model keeps the weights it was born with.</summary>
internal sealed class StopAtOnce : TrainingObserver
{
    public override void OnTrainingStarted(TrainingProgress progress) => progress.Stop();
}
