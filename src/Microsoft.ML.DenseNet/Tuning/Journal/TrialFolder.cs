using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>The folder of one trial beside the journal: the state of its training, and once it is complete its model and its held-out predictions.</summary>
internal sealed class TrialFolder
{
    private readonly string _path;

    /// <param name="journal">The journal's folder.</param>
    /// <param name="trial">The trial's number.</param>
    public TrialFolder(string journal, int trial) => _path = Path.Combine(journal, string.Create(CultureInfo.InvariantCulture, $"trial-{trial:D4}"));

    /// <summary>Where the state of the training is saved.</summary>
    public string Checkpoints => Path.Combine(_path, "training");

    /// <summary>Whether <see cref="Save"/> was called and has ended.</summary>
    public bool IsComplete => File.Exists(PredictionsFile) && File.Exists(NetworkFile);

    private string NetworkFile => Path.Combine(_path, "model.densenet");

    private string PredictionsFile => Path.Combine(_path, "held-out.predictions");

    /// <summary>Reserves the trial for the caller; null if someone else has it. The lock vanishes with a process that is killed.</summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public FolderLock? TryTake(Action<string> warn) =>
        FolderLock.TryTake(NewFolder.Make(_path, nameof(DenseNetTuningOptions.JournalDirectory), "Name another folder."), warn);

    /// <summary>Saves what the trial leaves once it is complete.</summary>
    public void Save(TrainedNetwork network, TrialPredictions predictions)
    {
        network.Save(NetworkFile);
        predictions.Save(PredictionsFile);
    }

    /// <summary>Loads the trial's model.</summary>
    /// <exception cref="FormatException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public TrainedNetwork LoadNetwork() => TrainedNetwork.Load(NetworkFile);

    /// <summary>Loads the trial's held-out predictions.</summary>
    /// <exception cref="FormatException">The file is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public TrialPredictions LoadPredictions() => TrialPredictions.Load(PredictionsFile);

    /// <summary>Removes the state of a training that will not be continued.</summary>
    public void DeleteCheckpoints()
    {
        if (Directory.Exists(Checkpoints))
            Directory.Delete(Checkpoints, recursive: true);
    }
}
