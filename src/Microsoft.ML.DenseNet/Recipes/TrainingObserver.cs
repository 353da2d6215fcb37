namespace Microsoft.ML.DenseNet;

/// <summary>Observes a training; override what you want to see. All calls come from the training's own thread, in order.</summary>
/// <remarks>
/// The default network consists of several, trained one after the other and then averaged (<see cref="TrainingProgress.NetworkNumber"/>):
/// the first four methods are called for each of them, <see cref="OnModelReady"/> once.
/// <para>
/// An exception thrown by an observer ends the training and reaches the caller of Fit unchanged; its <see cref="Exception.Data"/> says
/// under "DenseNet" which observer threw it, in which call and after how many epochs.
/// </para>
/// </remarks>
public abstract class TrainingObserver
{
    /// <summary>What messages call the observer.</summary>
    internal virtual string Name => GetType().FullName ?? GetType().Name;

    /// <summary>Called before the first epoch; the network holds its initial weights or, if training resumes from a checkpoint, the weights saved there.</summary>
    /// <param name="progress">The current state of the training; valid only during the call.</param>
    public virtual void OnTrainingStarted(TrainingProgress progress)
    {
    }

    /// <summary>Called before each epoch.</summary>
    /// <param name="progress">The current state of the training; valid only during the call.</param>
    public virtual void OnEpochStarted(TrainingProgress progress)
    {
    }

    /// <summary>Called after each epoch and its validation, but not after one that <see cref="TrainingProgress.Stop"/> skipped.</summary>
    /// <param name="progress">The current state of the training; valid only during the call.</param>
    public virtual void OnEpochEnded(TrainingProgress progress)
    {
    }

    /// <summary>Called after the last epoch; the network holds the weights it will have in the model.</summary>
    /// <param name="progress">The current state of the training; valid only during the call.</param>
    public virtual void OnTrainingEnded(TrainingProgress progress)
    {
    }

    /// <summary>
    /// Called once, after everything else, with the network that the model will hold. If several were trained it is their average,
    /// calibrated, which no earlier call has seen.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="task">What it predicts, as in <see cref="TrainedNetwork.Task"/>.</param>
    public virtual void OnModelReady(TrainedNetwork network, LearningTask task)
    {
    }
}
