namespace Microsoft.ML.DenseNet;

/// <summary>The folder of a tuning's journal.</summary>
/// <param name="path">The folder; null where another process makes the one for all.</param>
/// <param name="isTemporary">Whether it is deleted in the end.</param>
internal sealed class TuningFolder(string? path, bool isTemporary)
{
    /// <summary>The folder; null where another process makes the one for all.</summary>
    public string? Path => path;

    /// <summary>Makes the folder. Of several processes, the first makes it for all.</summary>
    /// <param name="tuning">May name it.</param>
    /// <param name="joint">The processes; null for this one alone.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static TuningFolder Make(DenseNetTuningOptions tuning, JointTuning? joint) => tuning.JournalDirectory switch
    {
        { } named when joint is { IsFirst: false } => new TuningFolder(named, isTemporary: false),
        { } named => new TuningFolder(NewFolder.Make(named, nameof(tuning.JournalDirectory), "Name another, or leave it out."), isTemporary: false),
        null when joint is { IsFirst: false } => new TuningFolder(null, isTemporary: false),
        null => new TuningFolder(Directory.CreateTempSubdirectory("densenet-tuning-").FullName, isTemporary: true),
    };

    /// <summary>Deletes the folder if it is temporary.</summary>
    public void Delete()
    {
        if (isTemporary)
            Directory.Delete(path!, recursive: true);
    }
}
