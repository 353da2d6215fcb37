namespace Microsoft.ML.DenseNet;

/// <summary>
/// The importance of a tuning's parameters by PED-ANOVA (Watanabe, Bansal and Hutter, IJCAI 2023, arXiv 2304.10255): the Pearson divergence of a
/// parameter's distribution among the best trials from that among all.
/// </summary>
/// <remarks>
/// Two departures from the paper. Densities are shares of the trials in parts of the values, quarters for numbers, so that the scale of a
/// parameter does not matter; and what chance would explain is subtracted, because a tuning has few trials. The expectation of chance is that of
/// Pearson's statistic when the good trials are drawn from all without replacement.
/// </remarks>
internal static class ParameterImportance
{
    /// <summary>With fewer trials, the best quarter is fewer than five, which chance distributes unevenly.</summary>
    public const int MinimumTrials = 20;

    /// <summary>One in so many trials is good, and numbers are divided into as many parts.</summary>
    private const int Parts = 4;

    /// <summary>How many standard deviations a divergence must exceed the expectation of chance by.</summary>
    private const double Deviations = 3;

    /// <summary>Returns the importances, the largest first; none if there are too few trials.</summary>
    public static IReadOnlyList<TuningImportance> Of(TuningSpace space, TuningMetric metric, IEnumerable<TuningTrial> trials)
    {
        TuningTrial[] ranked = [.. TrialRanking.Of(metric, trials)];
        if (ranked.Length < MinimumTrials)
            return [];
        double[] divergences = [.. space.Parameters.Select(parameter => Divergence(parameter, ranked))];
        double sum = divergences.Sum();
        return [.. space.Parameters.Zip(divergences, (parameter, divergence) => new TuningImportance(parameter.Name, sum > 0 ? divergence / sum : 0)).OrderByDescending(importance => importance.Share)];
    }

    private static double Divergence(TuningParameter parameter, TuningTrial[] ranked)
    {
        int good = ranked.Length / Parts;
        bool[] has = [.. ranked.Select(trial => trial.Values.ByName.ContainsKey(parameter.Name))];
        int all = has.Count(trialHas => trialHas), best = has.Take(good).Count(trialHas => trialHas);
        if (best == 0 || best == all)
            return 0;
        int[] parts = PartsOf(parameter, [.. ranked.Where((_, place) => has[place]).Select(trial => parameter.ToPoint(trial.Values.ByName[parameter.Name]))]);

        // A conditional parameter adds this much to the divergence that its existence has, which is due to the one that it depends on.
        double existence = Math.Pow((double)best / good, 2) * ranked.Length / all;
        return existence * Excess(parts, best);
    }

    /// <summary>The Pearson divergence of the first places' parts from those of all, less what chance would explain.</summary>
    private static double Excess(int[] parts, int best)
    {
        double divergence = 0;
        var groups = parts.GroupBy(part => part).ToList();
        foreach (var group in groups)
        {
            double share = (double)group.Count() / parts.Length, bestShare = (double)parts.Take(best).Count(part => part == group.Key) / best;
            divergence += share * Math.Pow((bestShare / share) - 1, 2);
        }

        double scale = (double)(parts.Length - best) / (best * (parts.Length - 1)), freedom = groups.Count - 1;
        return Math.Max(0, divergence - (scale * (freedom + (Deviations * Math.Sqrt(2 * freedom)))));
    }

    /// <summary>The part that each point is in: each of a few different values by itself, otherwise quarters of the points.</summary>
    private static int[] PartsOf(TuningParameter parameter, double[] points)
    {
        double[] sorted = [.. points.Order()];
        double[] starts = [.. sorted.Distinct()];
        if (parameter.Kind != TuningParameterKind.Choice && starts.Length > Parts)
            starts = [.. Enumerable.Range(0, Parts).Select(part => sorted[part * points.Length / Parts])];
        return [.. points.Select(point => starts.Count(start => start <= point))];
    }
}
