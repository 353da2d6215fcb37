namespace Microsoft.ML.DenseNet;

/// <summary>
/// Decides which trials there are, what values they have, and which are given up. A trial's fate depends only on the plan and on trials
/// that ended before it could start, never on which worker was faster.
/// </summary>
/// <param name="plan">The plan.</param>
/// <param name="journal">The trials so far.</param>
internal sealed class TrialPolicy(TrialPlan plan, TuningJournal journal)
{
    private readonly TrialSampler _sampler = TrialSampler.Of(plan.Search);

    /// <summary>Whether there is a trial with this number, and whether it may start.</summary>
    public TrialReadiness ReadinessOf(int trial)
    {
        if (trial >= plan.MaximumTrials)
            return TrialReadiness.Beyond;
        if (trial == 0)
            return TrialReadiness.Ready;
        var known = KnownTo(trial);
        if (known is null)
            return TrialReadiness.Waits;
        return plan.MaximumWork is { } limit && known.Average(other => other.Work) * (trial + 1) > limit * known[0].Work ? TrialReadiness.Beyond : TrialReadiness.Ready;
    }

    /// <summary>The number of networks of a complete trial: the number that the first trial had work for. Null for the first trial.</summary>
    public int? NetworksOf(int trial) => trial == 0 ? null : journal.Ended(0)!.Networks;

    /// <summary>Chooses the values of a trial that is ready.</summary>
    public TuningValues ValuesOf(int trial) => trial == 0
        ? TrialOptions.ValuesWithoutTuning(plan)
        : _sampler.Sample(plan.Space, trial, plan.Seed, [.. Ranked(KnownTo(trial)!).Select(other => other.Values)]);

    /// <summary>Whether a trial goes on after one of its networks.</summary>
    public bool GoesOn(int trial, TuningRung rung)
    {
        if (trial == 0 || plan.Reduction == 1 || !int.IsPow2(rung.Networks) || rung.Networks == NetworksOf(trial))
            return true;
        double[] others = [.. KnownTo(trial)!.Where(other => other.Networks >= rung.Networks).Select(other => LossOf(other.Rungs[rung.Networks - 1]))];
        return RungRule.GoesOn(LossOf(rung), others, plan.Reduction);
    }

    /// <summary>Orders trials from the best to the worst: complete ones first, then by how far they got.</summary>
    public IEnumerable<TuningTrial> Ranked(IEnumerable<TuningTrial> trials) => TrialRanking.Of(plan.Metric, trials);

    /// <summary>The metric as something to minimize.</summary>
    public double LossOf(TuningRung rung) => HeldOutScore.ToLoss(plan.Metric, rung.Metric);

    /// <summary>The trials that a trial may learn from: the first one, and those that have as many numbers less as may be under way at once. Null if some have not ended.</summary>
    private List<TuningTrial>? KnownTo(int trial)
    {
        var known = new List<TuningTrial>();
        for (int other = 0; other <= Math.Max(0, trial - plan.Concurrency); other++)
        {
            if (journal.Ended(other) is not { } ended)
                return null;
            known.Add(ended);
        }

        return known;
    }
}
