namespace Microsoft.ML.DenseNet;

/// <summary>The order of trials, whether or not they have got equally far.</summary>
internal static class TrialRanking
{
    /// <summary>Orders trials from the best to the worst: complete ones first, then by how far they got, then by their last metric.</summary>
    public static IEnumerable<TuningTrial> Of(TuningMetric metric, IEnumerable<TuningTrial> trials) => trials
        .OrderBy(trial => trial.State)
        .ThenByDescending(trial => trial.Networks)
        .ThenBy(trial => trial.Networks == 0 ? 0 : HeldOutScore.ToLoss(metric, trial.Metric))
        .ThenBy(trial => trial.Number);
}
