namespace Microsoft.ML.DenseNet;

/// <summary>Picks the best trial and the ensemble's members from what the trials have left in the journal's folder.</summary>
/// <param name="plan">The plan.</param>
/// <param name="journal">The journal.</param>
/// <param name="policy">Ranks trials.</param>
internal sealed class TuningOutcome(TrialPlan plan, TuningJournal journal, TrialPolicy policy)
{
    /// <summary>Metrics that differ by less than this share of the best are a tie, which the work decides.</summary>
    private const double Tie = 1e-4;

    /// <summary>Returns the best complete trial; null if there is none.</summary>
    public TuningTrial? Best()
    {
        var complete = Complete();
        if (complete.Count == 0)
            return null;
        double best = LossOf(complete[0]);
        return complete.Where(trial => LossOf(trial) <= best + (Tie * Math.Abs(best))).MinBy(trial => (trial.Work, trial.Number));
    }

    /// <summary>Loads a trial's model.</summary>
    public TrainedNetwork NetworkOf(TuningTrial trial) => FolderOf(trial).LoadNetwork();

    /// <summary>Chooses the ensemble.</summary>
    /// <param name="best">The best trial.</param>
    /// <param name="maximumMembers">The maximum number of members.</param>
    /// <returns>The members, how often each counts, and the metric of their average.</returns>
    public (IReadOnlyList<TuningTrial> Members, IReadOnlyList<int> Counts, double Metric) Ensemble(TuningTrial best, int maximumMembers)
    {
        var rows = FolderOf(best).LoadPredictions();
        var candidates = new List<(TuningTrial Trial, TrialPredictions Predictions)> { (best, rows) };
        foreach (var trial in Complete().Where(trial => trial.Number != best.Number))
        {
            var predictions = FolderOf(trial).LoadPredictions();
            if (predictions.Rows == rows.Rows && predictions.Labels.AsSpan().SequenceEqual(rows.Labels))
                candidates.Add((trial, predictions));
        }

        TrialPredictions[] predicted = [.. candidates.Select(candidate => candidate.Predictions)];
        int[] counts = EnsembleSelection.Choose(plan.Metric, predicted, maximumMembers, plan.Seed);
        var chosen = candidates.Zip(counts).Where(item => item.Second > 0).OrderByDescending(item => item.Second).ToList();
        double metric = HeldOutScore.Of(plan.Metric, EnsembleSelection.Mean(predicted, counts), rows);
        return ([.. chosen.Select(item => item.First.Trial)], [.. chosen.Select(item => item.Second)], metric);
    }

    private double LossOf(TuningTrial trial) => policy.LossOf(trial.Rungs[^1]);

    private List<TuningTrial> Complete() => [.. policy.Ranked(journal.AllEnded().Where(trial => trial.State == TuningTrialState.Complete))];

    private TrialFolder FolderOf(TuningTrial trial) => new(journal.Folder, trial.Number);
}
