namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Ends a training by an exception in the middle, after some epochs.</summary>
/// <param name="epochs">How many, over all networks of a model.</param>
internal sealed class Interrupter(int epochs) : TrainingObserver
{
    private int _seen;

    public override void OnEpochEnded(TrainingProgress progress)
    {
        if (++_seen == epochs)
            throw new InterruptedException();
    }
}
