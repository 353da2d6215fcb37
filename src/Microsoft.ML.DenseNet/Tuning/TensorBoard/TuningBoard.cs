using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A folder that TensorBoard shows a tuning from: a file that describes it, and for each trial that has ended a folder with a file. What is there
/// already is left as it is, so several processes may write, and one that resumes a tuning adds what is missing.
/// </summary>
internal sealed class TuningBoard
{
    private const string Work = "Work", Seconds = "Seconds";

    private readonly string _folder;
    private readonly string _fileName;
    private readonly TrialPlan _plan;
    private readonly HashSet<int> _written = [];

    private TuningBoard(string folder, string fileName, TrialPlan plan) => (_folder, _fileName, _plan) = (folder, fileName, plan);

    /// <summary>Opens the folder that the options name; null if they name none.</summary>
    /// <exception cref="InvalidOperationException">It holds another tuning.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static TuningBoard? Open(TrialPlan plan, DenseNetTuningOptions tuning)
    {
        if (tuning.TensorBoardDirectory is not { } directory)
            return null;
        string folder = NewFolder.Make(directory, nameof(tuning.TensorBoardDirectory), "Name another, or leave it out.");
        string name = $"events.out.tfevents.0.densenet-{DataFingerprint.Of(plan.Header().ToLine())}";
        if (Directory.EnumerateFiles(folder, "events.out.tfevents.*").Any(file => !Path.GetFileName(file).StartsWith(name, StringComparison.Ordinal)))
            throw new InvalidOperationException($"{nameof(tuning.TensorBoardDirectory)} '{directory}' holds another tuning or a training, which TensorBoard would mix with this one. Delete it, or name another.");
        var board = new TuningBoard(folder, name, plan);
        board.WriteExperiment();
        return board;
    }

    /// <summary>Writes the trials that have ended and are not there yet.</summary>
    public void Write(IEnumerable<TuningTrial> ended)
    {
        foreach (var trial in ended)
        {
            if (_written.Add(trial.Number))
                Write(trial);
        }
    }

    private void WriteExperiment()
    {
        var now = DateTime.UtcNow;
        using var file = new EventFile(now);
        file.AddPluginData(HyperparameterData.ExperimentTag, HyperparameterData.Plugin, HyperparameterData.Experiment(_plan.Space, [_plan.Metric.ToString(), Work, Seconds], now), now);
        Save(file, Path.Combine(_folder, _fileName));
    }

    private void Write(TuningTrial trial)
    {
        var end = DateTime.UtcNow;
        var start = end.AddSeconds(-trial.Seconds);
        using var file = new EventFile(start);
        file.AddPluginData(HyperparameterData.StartTag, HyperparameterData.Plugin, HyperparameterData.Start(_plan.Space, trial.Values, start), start);
        foreach (var rung in trial.Rungs)
        {
            var time = start.AddSeconds(rung.Seconds);
            file.AddNumber(_plan.Metric.ToString(), rung.Networks, (float)rung.Metric, time);
            file.AddNumber(Work, rung.Networks, (float)rung.Work, time);
            file.AddNumber(Seconds, rung.Networks, (float)rung.Seconds, time);
        }

        file.AddPluginData(HyperparameterData.EndTag, HyperparameterData.Plugin, HyperparameterData.End(trial.State, end), end);
        Save(file, Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"trial-{trial.Number:D4}"), _fileName));
    }

    private static void Save(EventFile file, string path)
    {
        if (!File.Exists(path))
            AtomicFile.Write(path, "The file for TensorBoard", file.Content, makesFolder: true);
    }
}
