namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A tuning in words.</summary>
internal static class TuningSummary
{
    /// <summary>How many trials there are, and what they led to.</summary>
    public static string Of(DenseNetTuningResult tuning)
    {
        var first = tuning.Trials.FirstOrDefault(trial => trial.Number == 0);
        string before = first is { State: TuningTrialState.Complete } && first != tuning.Best ? $", {NumberText.Value(first.Metric)} without tuning" : "";
        return $"{Counts(tuning.Trials)}; best {NumberText.Value(tuning.Best.Metric)} in trial {tuning.Best.Number}{before}";
    }

    /// <summary>How many trials there are, by how they ended.</summary>
    public static string Counts(IReadOnlyList<TuningTrial> trials)
    {
        var parts = Enum.GetValues<TuningTrialState>()
            .Select(state => (Count: trials.Count(trial => trial.State == state), Name: state.ToString().ToLowerInvariant()))
            .Where(part => part.Count > 0).ToList();
        string all = $"{NumberText.Count(trials.Count)} {(trials.Count == 1 ? "trial" : "trials")}";
        return $"{all}, {(parts.Count == 1 ? $"{(trials.Count == 1 ? "" : "all ")}{parts[0].Name}" : string.Join(", ", parts.Select(part => $"{NumberText.Count(part.Count)} {part.Name}")))}";
    }

    /// <summary>A trial, for the reader who points at it.</summary>
    public static string Of(TuningTrial trial, TuningMetric metric)
    {
        string networks = trial.Networks == 0 ? "" : $" after {trial.Networks} {(trial.Networks == 1 ? "network" : "networks")}";
        string value = trial.Networks == 0 ? "" : $"\n{MetricAxis.NameOf(metric)} {NumberText.Value(trial.Metric)}";
        return $"Trial {trial.Number}, {trial.State.ToString().ToLowerInvariant()}{networks}{value}";
    }
}
