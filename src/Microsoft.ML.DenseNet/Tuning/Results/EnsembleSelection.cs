namespace Microsoft.ML.DenseNet;

/// <summary>
/// Chooses models to average: starting from none, it adds again and again the one with which the average is best, the same one several
/// times if that is best (Caruana et al., "Ensemble selection from libraries of models", ICML 2004).
/// </summary>
/// <remarks>
/// Where rows are few, the model that happens to suit them would be chosen alone. So it is done on many bootstrap samples of the rows, and
/// the choices are added up.
/// </remarks>
internal static class EnsembleSelection
{
    /// <summary>How many models are added on each sample.</summary>
    public const int Rounds = 10;

    /// <summary>The sum of the counts, up to rounding: a model's outputs are repeated as often as it counts.</summary>
    private const int Total = 25;

    private const int Samples = 20;

    /// <summary>With so many rows, chance has little part in the choice: it is made once, on the rows as they are.</summary>
    private const int ManyRows = 100_000;

    /// <summary>Chooses.</summary>
    /// <param name="metric">What to optimize.</param>
    /// <param name="candidates">The models' predictions of the same rows.</param>
    /// <param name="maximumMembers">The maximum number of different models.</param>
    /// <param name="seed">Determines the samples.</param>
    /// <returns>How often each counts in the average.</returns>
    public static int[] Choose(TuningMetric metric, IReadOnlyList<TrialPredictions> candidates, int maximumMembers, int seed)
    {
        int[] counts = new int[candidates.Count];
        float[] weights = candidates[0].Weights;
        int samples = weights.Length < ManyRows ? Samples : 1;
        for (int sample = 0; sample < samples; sample++)
        {
            int[] chosen = Greedy(metric, candidates, samples == 1 ? weights : Resampled(weights, new TuningRandom(seed, sample)), maximumMembers);
            for (int i = 0; i < counts.Length; i++)
                counts[i] += chosen[i];
        }

        foreach (int left in Enumerable.Range(0, counts.Length).OrderByDescending(i => counts[i]).Skip(maximumMembers)) // stable
            counts[left] = 0;
        int sum = counts.Sum();
        return Reduced([.. counts.Select(count => (int)Math.Round((double)Total * count / sum))]);
    }

    /// <summary>Adds models one by one, each time the best one to add.</summary>
    /// <param name="metric">What to optimize.</param>
    /// <param name="candidates">The models' predictions; with equal results the first of them is taken.</param>
    /// <param name="weights">How much each row counts.</param>
    /// <param name="maximumMembers">The maximum number of different models.</param>
    /// <returns>How often each was added.</returns>
    public static int[] Greedy(TuningMetric metric, IReadOnlyList<TrialPredictions> candidates, float[] weights, int maximumMembers)
    {
        int[] counts = new int[candidates.Count];
        double[] sums = new double[candidates[0].Predictions.Length];
        float[] mean = new float[sums.Length];
        var rows = candidates[0] with { Weights = weights };
        for (int round = 1; round <= Rounds; round++)
        {
            bool isFull = counts.Count(count => count > 0) >= maximumMembers;
            int chosen = Enumerable.Range(0, counts.Length).Where(i => !isFull || counts[i] > 0).MinBy(i => LossWith(candidates[i], round));
            counts[chosen]++;
            for (int i = 0; i < sums.Length; i++)
                sums[i] += candidates[chosen].Predictions[i];
        }

        return counts;

        double LossWith(TrialPredictions candidate, int round)
        {
            for (int i = 0; i < mean.Length; i++)
                mean[i] = (float)((sums[i] + candidate.Predictions[i]) / round);
            return LossOf(metric, mean, rows);
        }
    }

    /// <summary>The weighted mean of models' predictions.</summary>
    /// <param name="candidates">The models' predictions.</param>
    /// <param name="counts">How often each counts; at least one does.</param>
    public static float[] Mean(IReadOnlyList<TrialPredictions> candidates, IReadOnlyList<int> counts)
    {
        double[] mean = new double[candidates[0].Predictions.Length];
        double total = counts.Sum();
        for (int candidate = 0; candidate < counts.Count; candidate++)
        {
            for (int i = 0; counts[candidate] > 0 && i < mean.Length; i++)
                mean[i] += candidates[candidate].Predictions[i] * (counts[candidate] / total);
        }

        return [.. mean.Select(value => (float)value)];
    }

    /// <summary>As many rows, drawn with replacement: each counts as often as it is drawn.</summary>
    private static float[] Resampled(float[] weights, TuningRandom random)
    {
        float[] drawn = new float[weights.Length];
        for (int i = 0; i < weights.Length; i++)
        {
            int row = random.Next(weights.Length);
            drawn[row] += weights[row];
        }

        return drawn;
    }

    private static double LossOf(TuningMetric metric, float[] predictions, TrialPredictions rows) => HeldOutScore.ToLoss(metric, HeldOutScore.Of(metric, predictions, rows));

    /// <summary>Divides counts by their greatest common divisor.</summary>
    private static int[] Reduced(int[] counts)
    {
        int divisor = counts.Aggregate(0, (a, b) =>
        {
            while (b != 0)
                (a, b) = (b, a % b);
            return a;
        });
        return [.. counts.Select(count => count / divisor)];
    }
}
