namespace Microsoft.ML.DenseNet;

/// <summary>
/// The quantile of conformal prediction (Vovk et al. 2005): of n scores, the smallest one that ⌈(n + 1) · coverage⌉ of them do not exceed. A
/// new row's score does not exceed it with at least that probability, whatever the distribution, if the rows are exchangeable.
/// </summary>
internal static class ConformalQuantile
{
    // Products such as 20 · 0.95 must not be rounded up to the next row.
    private const double Rounding = 1e-9;

    /// <summary>Returns the number of rows of weight 1 that say as much as some weighted rows (Kish 1965).</summary>
    public static double EffectiveRows(ReadOnlySpan<double> weights)
    {
        double sum = 0, squares = 0;
        foreach (double weight in weights)
        {
            sum += weight;
            squares += weight * weight;
        }

        return squares > 0 ? sum * sum / squares : 0;
    }

    /// <summary>Returns the quantile; null if there are too few rows for the coverage.</summary>
    /// <param name="scores">One for each row.</param>
    /// <param name="weights">One for each row.</param>
    /// <param name="coverage">Above 0, below 1.</param>
    public static double? Of(double[] scores, double[] weights, double coverage)
    {
        double rows = EffectiveRows(weights);
        double rank = Math.Ceiling(((rows + 1) * coverage) - Rounding);
        if (rank > rows + Rounding)
            return null;
        double needed = (rank / rows * weights.Sum()) * (1 - Rounding);
        double[] sorted = [.. scores], order = [.. weights];
        Array.Sort(sorted, order);
        double reached = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            reached += order[i];
            if (reached >= needed)
                return sorted[i];
        }

        return sorted[^1];
    }
}
