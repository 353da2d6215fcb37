namespace Microsoft.ML.DenseNet;

/// <summary>The state of a training run as processes see it that train it together with the one that saves it.</summary>
/// <param name="checkpoint">Where the state is kept.</param>
internal sealed class ReadOnlyCheckpoint(ITrainingCheckpoint checkpoint) : ITrainingCheckpoint
{
    public void Load(Action<ValueReader> load) => checkpoint.Load(load);

    public void SaveIfDue(bool isFinished, Action<ValueWriter> save)
    {
    }
}
