namespace Microsoft.ML.DenseNet;

/// <summary>Divides a feature's values into bins of about equal row counts, as gradient-boosted trees do.</summary>
internal static class FeatureBins
{
    /// <summary>
    /// The edges of the bins, ascending: all distinct values if there are few; otherwise every value frequent enough to fill a bin is an
    /// edge, and the remaining bins divide the other values evenly. So a feature that is mostly 0 still has bins in its tail.
    /// </summary>
    /// <param name="sorted">The values, ascending, without NaN.</param>
    /// <param name="bins">The maximum number of bins; there is one more edge than bins.</param>
    public static float[] Edges(in SortedValues sorted, int bins)
    {
        var values = new List<float>();
        var counts = new List<int>();
        int zeros = sorted.Zeros;
        foreach (float value in sorted.Stored)
        {
            if (value >= 0 && zeros > 0)
            {
                Count(0, zeros);
                zeros = 0;
            }

            Count(value, 1);
        }

        if (zeros > 0)
            Count(0, zeros);
        if (values.Count <= bins + 1)
            return [.. values];

        double rest = sorted.Length;
        int restBins = bins;
        var isLarge = new bool[values.Count];
        for (bool found = true; found && restBins > 1;)
        {
            found = false;
            double size = rest / restBins;
            for (int i = 0; i < values.Count && restBins > 1; i++)
            {
                if (isLarge[i] || counts[i] < size)
                    continue;
                isLarge[i] = found = true;
                rest -= counts[i];
                restBins--;
            }
        }

        var edges = new List<float> { values[0] };
        double filled = 0, aim = rest / restBins;
        for (int i = 0; i < values.Count - 1; i++)
        {
            if (isLarge[i])
            {
                if (values[i] > edges[^1])
                    edges.Add(values[i]);
                filled = 0;
                continue;
            }

            filled += counts[i];
            if (filled < aim || edges.Count >= bins)
                continue;
            if (values[i] > edges[^1])
                edges.Add(values[i]);
            filled = 0;
        }

        while (edges.Count > bins)
            edges.RemoveAt(edges.Count - 1);
        edges.Add(values[^1]);
        return [.. edges];

        void Count(float value, int rows)
        {
            if (values.Count > 0 && values[^1] == value)
            {
                counts[^1] += rows;
            }
            else
            {
                values.Add(value);
                counts.Add(rows);
            }
        }
    }
}
