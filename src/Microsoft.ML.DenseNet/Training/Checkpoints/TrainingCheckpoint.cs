using System.Diagnostics;

namespace Microsoft.ML.DenseNet;

/// <summary>Saves the state of one training run from time to time, so that a later process can resume from it.</summary>
/// <param name="file">The file.</param>
/// <param name="header">The training run that the state belongs to.</param>
/// <param name="interval">The least time between two saves.</param>
/// <param name="keepsFinished">Whether the state after the last epoch is kept, because other training runs of the model follow.</param>
internal sealed class TrainingCheckpoint(CheckpointFile file, CheckpointHeader header, TimeSpan interval, bool keepsFinished) : ITrainingCheckpoint
{
    private readonly Stopwatch _sinceSave = Stopwatch.StartNew();

    /// <summary>Reads the state, if there is one.</summary>
    /// <exception cref="FormatException">The file is damaged.</exception>
    /// <exception cref="InvalidOperationException">The file belongs to another training run.</exception>
    public void Load(Action<ValueReader> load)
    {
        if (file.Exists)
            file.Load(header, load);
    }

    /// <summary>Saves the state after an epoch, if it is time to.</summary>
    /// <param name="isFinished">Whether there is no further epoch.</param>
    /// <param name="save">Writes the state.</param>
    /// <exception cref="IOException">The file cannot be written; the previous one is still there.</exception>
    public void SaveIfDue(bool isFinished, Action<ValueWriter> save)
    {
        if (_sinceSave.Elapsed < interval && !(isFinished && keepsFinished))
            return;
        file.Save(header, save);
        _sinceSave.Restart();
    }
}
