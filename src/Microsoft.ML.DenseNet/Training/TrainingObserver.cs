namespace Microsoft.ML.DenseNet;

/// <summary>Watches a training; override what you want to see. All calls come from the training's own thread, in order.</summary>
public abstract class TrainingObserver
{
    /// <summary>Before the first epoch; the network holds its initial weights, or where training goes on from a checkpoint the weights of then.</summary>
    public virtual void OnTrainingStarted(TrainingProgress progress)
    {
    }

    /// <summary>Before each epoch.</summary>
    public virtual void OnEpochStarted(TrainingProgress progress)
    {
    }

    /// <summary>After each epoch and its validation.</summary>
    public virtual void OnEpochEnded(TrainingProgress progress)
    {
    }

    /// <summary>After the last epoch; the network holds the weights the model will have.</summary>
    public virtual void OnTrainingEnded(TrainingProgress progress)
    {
    }
}
