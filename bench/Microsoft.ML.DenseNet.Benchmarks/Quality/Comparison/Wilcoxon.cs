namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Wilcoxon's signed-rank test, with the exact distribution.</summary>
internal static class Wilcoxon
{
    /// <summary>
    /// The two-sided probability of rank sums at least as uneven if each difference were equally likely to have either sign. Zeros are
    /// left out, and ties share their mean rank. 1 if nothing is left.
    /// </summary>
    public static double SignedRankP(IEnumerable<double> differences)
    {
        double[] sorted = [.. differences.Where(value => value != 0).OrderBy(Math.Abs)];
        int[] ranks = DoubledRanks(sorted);
        int positive = sorted.Zip(ranks).Where(pair => pair.First > 0).Sum(pair => pair.Second);
        int smaller = Math.Min(positive, ranks.Sum() - positive);
        return Math.Min(1, 2 * Distribution(ranks).Take(smaller + 1).Sum());
    }

    /// <summary>Twice the ranks, so that the mean rank of a tie is a whole number.</summary>
    private static int[] DoubledRanks(double[] sorted)
    {
        int[] ranks = new int[sorted.Length];
        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && Math.Abs(sorted[end]).Equals(Math.Abs(sorted[start])); end++)
            {
            }

            Array.Fill(ranks, start + 1 + end, start, end - start);
        }

        return ranks;
    }

    /// <summary>The probability of each sum of the ranks with a positive sign.</summary>
    private static double[] Distribution(int[] ranks)
    {
        double[] probabilities = new double[ranks.Sum() + 1];
        probabilities[0] = 1;
        foreach (int rank in ranks)
        {
            for (int sum = probabilities.Length - 1; sum >= 0; sum--)
                probabilities[sum] = (probabilities[sum] + (sum >= rank ? probabilities[sum - rank] : 0)) / 2;
        }

        return probabilities;
    }
}
