namespace Microsoft.ML.DenseNet;

/// <summary>
/// The population stability index of two distributions over the same bins: Σ (a − e) · ln(a / e), with the shares e in training and a now.
/// It is Kullback and Leibler's divergence in both directions together (Jeffreys 1946).
/// </summary>
internal static class StabilityIndex
{
    /// <summary>The probability with which the index stays below <see cref="Chance"/> if nothing drifted, as a quantile of the normal distribution: 95 %.</summary>
    private const double NormalQuantile = 1.6448536269514722;

    /// <summary>Half a row is added to each bin on both sides, so that an empty bin does not make the index infinite.</summary>
    private const double Prior = 0.5;

    /// <summary>Returns the index, and the number of bins that either side has rows in.</summary>
    /// <param name="expected">The share of each bin in training.</param>
    /// <param name="expectedRows">The number of rows that these shares are of.</param>
    /// <param name="actual">The share of each bin now.</param>
    /// <param name="actualRows">The number of rows now.</param>
    public static (double Index, int Bins) Of(ReadOnlySpan<double> expected, double expectedRows, ReadOnlySpan<double> actual, double actualRows)
    {
        int bins = 0;
        for (int i = 0; i < expected.Length; i++)
            bins += expected[i] > 0 || actual[i] > 0 ? 1 : 0;
        double index = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            if (expected[i] <= 0 && actual[i] <= 0)
                continue;
            double e = Smoothed(expected[i], expectedRows, bins), a = Smoothed(actual[i], actualRows, bins);
            index += (a - e) * Math.Log(a / e);
        }

        return (index, bins);
    }

    /// <summary>
    /// Returns what the index exceeds in 1 of 20 cases if both sides have the same distribution: it then follows about χ² with bins − 1 degrees of
    /// freedom, times 1 / rows then + 1 / rows now. The quantile is Wilson and Hilferty's (1931).
    /// </summary>
    public static double Chance(int bins, double expectedRows, double actualRows)
    {
        if (bins < 2)
            return 0;
        double freedom = bins - 1, spread = 2 / (9 * freedom);
        double quantile = freedom * Math.Pow(1 - spread + (NormalQuantile * Math.Sqrt(spread)), 3);
        return quantile * ((1 / expectedRows) + (1 / actualRows));
    }

    private static double Smoothed(double share, double rows, int bins) => ((share * rows) + Prior) / (rows + (Prior * bins));
}
