using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Takes points out of long lines without changing how they look.</summary>
internal static class Decimation
{
    /// <summary>More points than this cannot be told apart in a picture of usual width.</summary>
    private const int Buckets = 400;

    /// <summary>Keeps the first, lowest, highest and last point of each stretch, so that no peak is lost.</summary>
    public static Coordinates[] Thin(Coordinates[] points)
    {
        if (points.Length <= 4 * Buckets)
            return points;
        var kept = new SortedSet<int>();
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            int start = (int)((long)points.Length * bucket / Buckets), end = (int)((long)points.Length * (bucket + 1) / Buckets);
            int low = start, high = start;
            for (int i = start; i < end; i++)
            {
                if (points[i].Y < points[low].Y)
                    low = i;
                if (points[i].Y > points[high].Y)
                    high = i;
            }

            kept.UnionWith([start, low, high, end - 1]);
        }

        return [.. kept.Select(index => points[index])];
    }

    /// <summary>At most <paramref name="maximum"/> numbers from 0 to below <paramref name="count"/>, evenly spread, with the first and the last.</summary>
    public static IEnumerable<int> Spread(int count, int maximum) => count <= maximum
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, maximum).Select(i => (int)((long)i * (count - 1) / (maximum - 1)));
}
