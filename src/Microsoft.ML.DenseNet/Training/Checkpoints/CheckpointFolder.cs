using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>The folder that holds the state of a model's training runs, each in its own file, until the model is complete. It is locked until disposed.</summary>
internal sealed class CheckpointFolder : IDisposable
{
    private const string Prefix = "fold-";
    private const string Extension = ".checkpoint";
    private const string Remedy = "Name another, or leave it out.";

    private readonly string _path;
    private readonly TimeSpan _interval;
    private readonly FolderLock? _lock;
    private IReadOnlyList<TrainingSetting> _settings = [];
    private int _seed;
    private int _folds;

    private CheckpointFolder(string path, TimeSpan interval, FolderLock? folderLock)
    {
        _path = path;
        _interval = interval;
        _lock = folderLock;
    }

    /// <summary>The seed of the interrupted training run; null if there was none.</summary>
    /// <exception cref="FormatException">Its file is damaged.</exception>
    public int? Seed => Files().Select(item => (int?)item.File.ReadHeader().Seed).FirstOrDefault();

    /// <summary>Opens the folder that the options name, exclusively, and creates it if it is missing.</summary>
    /// <param name="options">The options.</param>
    /// <param name="warn">Called if the folder cannot be locked.</param>
    /// <returns>Null if they name none.</returns>
    /// <exception cref="IOException">It cannot be created or written to, or another training run is using it.</exception>
    public static CheckpointFolder? Open(DenseNetOptions options, Action<string> warn)
    {
        if (options.CheckpointDirectory is not { } path)
            return null;
        string folder = NewFolder.Make(path, nameof(options.CheckpointDirectory), Remedy);
        if (options.Workers is { Rank: > 0 })
            return new CheckpointFolder(folder, options.CheckpointInterval, null); // rank 0 holds the lock for all
        FolderLock? folderLock;
        try
        {
            folderLock = FolderLock.TryTake(folder, warn);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(folder, "written to", failure);
        }

        return folderLock is not null
            ? new CheckpointFolder(folder, options.CheckpointInterval, folderLock)
            : throw new IOException($"{nameof(options.CheckpointDirectory)} is '{folder}': another training is using this folder. Wait until it has ended, or name another folder.");
    }

    /// <summary>Records what is trained, once that is known, and checks every existing file.</summary>
    /// <param name="plan">What is trained, in all folds.</param>
    /// <param name="data">The rows.</param>
    /// <param name="folds">The most folds that the model may have.</param>
    /// <param name="parts">The number of parts the rows are dealt into, of which a fold leaves one out; 1 if it leaves none out.</param>
    /// <param name="work">The work budget for all folds together, which decides how many are trained; null for a single one.</param>
    /// <exception cref="FormatException">A file is damaged.</exception>
    /// <exception cref="InvalidOperationException">A file belongs to another training run.</exception>
    public void Begin(TrainingPlan plan, LoadedRows data, int folds, int parts, double? work)
    {
        _settings = TrainingSettings.Of(plan, data, folds, parts, work);
        _seed = plan.Seed;
        _folds = folds;
        for (int fold = 1; fold <= folds; fold++)
            FileOf(fold).CheckPlace();
        foreach (var (fold, file) in Files())
            file.Check(file.ReadHeader(), Header(fold));
    }

    /// <summary>Identifies the first of the model's training runs.</summary>
    public static CheckpointHeader Identify(TrainingPlan plan, LoadedRows data, int folds, int parts, double? work) =>
        new(plan.Seed, 1, TrainingSettings.Of(plan, data, folds, parts, work));

    /// <summary>Where one of the training runs keeps its state.</summary>
    /// <param name="fold">Its number, from 1.</param>
    public TrainingCheckpoint Fold(int fold) => new(FileOf(fold), Header(fold), _interval, keepsFinished: _folds > 1);

    /// <summary>Removes everything that was saved; nothing else in the folder is touched.</summary>
    /// <param name="warn">Called for a file that cannot be removed, which is no reason to lose the model.</param>
    public void Delete(Action<string> warn)
    {
        for (int fold = 1; fold <= _folds; fold++)
        {
            var file = FileOf(fold);
            try
            {
                file.Delete();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                warn($"The checkpoint '{file.Path}' could not be deleted: {failure.Message}");
            }
        }
    }

    public void Dispose() => _lock?.Dispose();

    private CheckpointHeader Header(int fold) => new(_seed, fold, _settings);

    private CheckpointFile FileOf(int fold) => new(Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{fold}{Extension}")));

    /// <summary>The existing files, each with the fold in its name.</summary>
    private IEnumerable<(int Fold, CheckpointFile File)> Files() => Names()
        .Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int fold) ? fold : 0)
        .Where(fold => fold > 0)
        .Order()
        .Select(fold => (Fold: fold, File: FileOf(fold)))
        .Where(item => item.File.Exists); // a file named "fold-01.checkpoint" is not ours

    private string[] Names()
    {
        try
        {
            return Directory.GetFiles(_path, $"{Prefix}*{Extension}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(_path, "read", failure);
        }
    }

    private static IOException Unusable(string folder, string use, Exception failure) =>
        new($"{nameof(DenseNetOptions.CheckpointDirectory)} is '{folder}', which cannot be {use}: {failure.Message} Give access to it. {Remedy}", failure.HResult);
}
