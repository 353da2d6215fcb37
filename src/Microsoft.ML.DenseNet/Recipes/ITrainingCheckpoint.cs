namespace Microsoft.ML.DenseNet;

/// <summary>Where a training keeps its state between epochs, so that an interrupted one can continue.</summary>
internal interface ITrainingCheckpoint
{
    /// <summary>Reads the state, if there is one.</summary>
    void Load(Action<ValueReader> load);

    /// <summary>Saves the state after an epoch, if enough time has passed.</summary>
    /// <param name="isFinished">Whether this was the last epoch.</param>
    /// <param name="save">Writes the state.</param>
    void SaveIfDue(bool isFinished, Action<ValueWriter> save);
}
