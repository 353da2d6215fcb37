namespace Microsoft.ML.DenseNet;

/// <summary>
/// Chooses models to average: starting from none, it adds again and again the one with which the average is best, the same one several
/// times if that is best (Caruana et al., "Ensemble selection from libraries of models", ICML 2004).
/// </summary>
internal static class EnsembleSelection
{
    /// <summary>How often a model is added at most; a weight is a multiple of 1 / this number or of a larger share.</summary>
    public const int Rounds = 25;

    /// <summary>Chooses.</summary>
    /// <param name="metric">What to optimize.</param>
    /// <param name="candidates">The models' predictions of the same rows; with equal results the first of them is taken.</param>
    /// <param name="maximumMembers">The maximum number of different models.</param>
    /// <returns>How often each was chosen. The best average on the way is returned, so it is never worse than the best single model.</returns>
    public static int[] Choose(TuningMetric metric, IReadOnlyList<TrialPredictions> candidates, int maximumMembers)
    {
        int[] counts = new int[candidates.Count], best = [];
        double[] sums = new double[candidates[0].Predictions.Length];
        double bestLoss = double.PositiveInfinity;
        for (int round = 1; round <= Rounds; round++)
        {
            bool isFull = counts.Count(count => count > 0) >= maximumMembers;
            int chosen = -1;
            double chosenLoss = double.PositiveInfinity;
            for (int i = 0; i < candidates.Count; i++)
            {
                if (isFull && counts[i] == 0)
                    continue;
                double loss = LossWith(metric, sums, candidates[i], round);
                if (chosen < 0 || loss < chosenLoss)
                    (chosen, chosenLoss) = (i, loss);
            }

            counts[chosen]++;
            for (int i = 0; i < sums.Length; i++)
                sums[i] += candidates[chosen].Predictions[i];
            if (chosenLoss < bestLoss)
                (best, bestLoss) = ((int[])counts.Clone(), chosenLoss);
        }

        return Reduced(best);
    }

    private static double LossWith(TuningMetric metric, double[] sums, TrialPredictions candidate, int round)
    {
        float[] mean = new float[sums.Length];
        for (int i = 0; i < mean.Length; i++)
            mean[i] = (float)((sums[i] + candidate.Predictions[i]) / round);
        return HeldOutScore.ToLoss(metric, HeldOutScore.Of(metric, mean, candidate));
    }

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
