namespace Microsoft.ML.DenseNet;

/// <summary>Divides weighted values into bins of about equal weight. Equal values share a bin.</summary>
internal static class QuantileBins
{
    /// <summary>Divides values.</summary>
    /// <param name="sorted">The values, ascending, without NaN.</param>
    /// <param name="weights">Their weights, each above 0.</param>
    /// <param name="bins">The maximum number of bins, at least 1.</param>
    /// <returns>The lowest value of each bin and its weight. A bin for each value if there are no more values than bins.</returns>
    public static (float[] Starts, double[] Weights) Of(ReadOnlySpan<float> sorted, ReadOnlySpan<double> weights, int bins)
    {
        var values = new List<float>();
        var sums = new List<double>();
        for (int i = 0; i < sorted.Length; i++)
        {
            if (values.Count == 0 || values[^1] != sorted[i])
            {
                values.Add(sorted[i]);
                sums.Add(0);
            }

            sums[^1] += weights[i];
        }

        return values.Count <= bins ? ([.. values], [.. sums]) : Join(values, sums, bins);
    }

    /// <summary>The bin of a value: the last one that starts at or below it; -1 for a value below the first.</summary>
    /// <param name="starts">The lowest value of each bin, ascending.</param>
    /// <param name="value">The value, not NaN.</param>
    public static int BinOf(ReadOnlySpan<float> starts, float value) => starts.BinarySearch(value) is >= 0 and var place ? place : ~starts.BinarySearch(value) - 1;

    /// <summary>Joins adjacent values: a bin ends where its weight is nearest to an equal part of what is left, so that a value that fills bins by itself leaves the others their bins.</summary>
    private static (float[] Starts, double[] Weights) Join(List<float> values, List<double> sums, int bins)
    {
        var starts = new List<float> { values[0] };
        var weights = new List<double> { 0 };
        double left = sums.Sum(); // of the bin being filled and those after it
        for (int i = 0; i < values.Count; i++)
        {
            double part = left / (bins - starts.Count + 1);
            if (weights[^1] > 0 && starts.Count < bins && weights[^1] + (sums[i] / 2) >= part)
            {
                left -= weights[^1];
                starts.Add(values[i]);
                weights.Add(0);
            }

            weights[^1] += sums[i];
        }

        return ([.. starts], [.. weights]);
    }
}
