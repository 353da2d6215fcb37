using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>The folder that holds the state of a model's trainings, each in a file of its own, until the model is made.</summary>
internal sealed class CheckpointFolder
{
    private const string Prefix = "member-";
    private const string Extension = ".checkpoint";

    private readonly string _path;
    private readonly TimeSpan _interval;
    private IReadOnlyList<TrainingSetting> _settings = [];
    private int _seed;
    private int _members;

    private CheckpointFolder(string path, TimeSpan interval)
    {
        _path = path;
        _interval = interval;
    }

    /// <summary>The seed of the training that was interrupted; null where there was none.</summary>
    /// <exception cref="FormatException">Its file is damaged.</exception>
    public int? Seed => Files().Select(item => (int?)item.File.ReadHeader().Seed).FirstOrDefault();

    /// <summary>Opens the folder that the options name, and makes it where it is missing.</summary>
    /// <returns>Null where they name none.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static CheckpointFolder? Open(DenseNetOptions options)
    {
        if (options.CheckpointDirectory is not { } path)
            return null;
        try
        {
            return new CheckpointFolder(Directory.CreateDirectory(path).FullName, options.CheckpointInterval);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{nameof(options.CheckpointDirectory)} is '{path}', which cannot be made a folder: {failure.Message} Name another, or leave it out.", failure.HResult);
        }
    }

    /// <summary>Says what is trained, once that is known, and checks every file that is there.</summary>
    /// <param name="plan">What is trained, in all members alike.</param>
    /// <param name="data">The rows.</param>
    /// <param name="members">The most members that the model may have.</param>
    /// <param name="parts">The parts that the rows are dealt to, of which a member leaves one out; 1 where it does not.</param>
    /// <param name="work">How much the members may work together, which decides how many are trained; null for a single one.</param>
    /// <exception cref="FormatException">A file is damaged.</exception>
    /// <exception cref="InvalidOperationException">A file is of another training.</exception>
    public void Begin(TrainingPlan plan, LoadedRows data, int members, int parts, double? work)
    {
        _settings = TrainingSettings.Of(plan, data, members, parts, work);
        _seed = plan.Seed;
        _members = members;
        foreach (var (member, file) in Files())
            file.Check(file.ReadHeader(), Header(member));
    }

    /// <summary>Where one of the trainings keeps its state.</summary>
    /// <param name="member">Its number, from 1.</param>
    public TrainingCheckpoint Member(int member) => new(FileOf(member), Header(member), _interval, keepsFinished: _members > 1);

    /// <summary>Removes all that was kept; nothing else in the folder is touched.</summary>
    /// <param name="warn">Told of a file that cannot be removed: no reason to lose the model.</param>
    public void Delete(Action<string> warn)
    {
        for (int member = 1; member <= _members; member++)
        {
            var file = FileOf(member);
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

    private CheckpointHeader Header(int member) => new(_seed, member, _settings);

    private CheckpointFile FileOf(int member) => new(Path.Combine(_path, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{member}{Extension}")));

    /// <summary>The files that are there, and the member that each is named after.</summary>
    private IEnumerable<(int Member, CheckpointFile File)> Files() => Directory.EnumerateFiles(_path, $"{Prefix}*{Extension}")
        .Select(path => int.TryParse(Path.GetFileNameWithoutExtension(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int member) ? member : 0)
        .Where(member => member > 0)
        .Order()
        .Select(member => (Member: member, File: FileOf(member)))
        .Where(item => item.File.Exists); // a file named "member-01.checkpoint" is not ours
}
