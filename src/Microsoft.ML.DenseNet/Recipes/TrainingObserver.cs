namespace Microsoft.ML.DenseNet;

/// <summary>Watches a training; override what you want to see. All calls come from the training's own thread, in order.</summary>
/// <remarks>
/// The default network is several, trained one after the other and then averaged (<see cref="TrainingProgress.NetworkNumber"/>): the first
/// four calls come for each of them, <see cref="OnModelReady"/> once.
/// <para>
/// An exception that an observer throws ends the training and reaches the caller of Fit unchanged; its <see cref="Exception.Data"/> says
/// under "DenseNet" which observer threw it, in which call and after how many epochs.
/// </para>
/// </remarks>
public abstract class TrainingObserver
{
    /// <summary>What messages call the observer.</summary>
    internal virtual string Name => GetType().FullName ?? GetType().Name;

    /// <summary>Before the first epoch; the network holds its initial weights, or where training goes on from a checkpoint the weights of then.</summary>
    /// <param name="progress">The training as it stands; valid during the call only.</param>
    public virtual void OnTrainingStarted(TrainingProgress progress)
    {
    }

    /// <summary>Before each epoch.</summary>
    /// <param name="progress">The training as it stands; valid during the call only.</param>
    public virtual void OnEpochStarted(TrainingProgress progress)
    {
    }

    /// <summary>After each epoch and its validation; not after one that <see cref="TrainingProgress.Stop"/> left out.</summary>
    /// <param name="progress">The training as it stands; valid during the call only.</param>
    public virtual void OnEpochEnded(TrainingProgress progress)
    {
    }

    /// <summary>After the last epoch; the network holds the weights it will have in the model.</summary>
    /// <param name="progress">The training as it stands; valid during the call only.</param>
    public virtual void OnTrainingEnded(TrainingProgress progress)
    {
    }

    /// <summary>
    /// Once, after everything: the network that the model will hold. Where several were trained it is their average, calibrated, which no
    /// earlier call has seen.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="task">What it predicts, as <see cref="TrainedNetwork.Task"/> says it.</param>
    public virtual void OnModelReady(TrainedNetwork network, LearningTask task)
    {
    }
}
