using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Removes points from long lines without changing how they look.</summary>
internal static class Decimation
{
    /// <summary>More stretches than this cannot be distinguished in a picture of usual width.</summary>
    private const int Buckets = 400;

    /// <summary>How far a line may move, as a fraction of the axes: less than a pixel.</summary>
    private const double Tolerance = 0.0004;

    /// <summary>Thins a line.</summary>
    /// <param name="points">Its points in order.</param>
    /// <param name="width">The length of the horizontal axis.</param>
    /// <param name="height">The length of the vertical axis.</param>
    public static Coordinates[] Thin(Coordinates[] points, double width, double height)
    {
        if (points.Length > 4 * Buckets)
            points = KeepPeaks(points);
        bool[] isKept = new bool[points.Length];
        var stretches = new Stack<(int First, int Last)>();
        if (points.Length > 0)
            isKept[0] = isKept[^1] = true;
        stretches.Push((0, points.Length - 1));
        while (stretches.TryPop(out var stretch))
        {
            // Douglas and Peucker (1973): keep the point farthest from the chord, and look at both sides of it.
            int farthest = -1;
            double distance = Tolerance;
            for (int i = stretch.First + 1; i < stretch.Last; i++)
            {
                double off = Distance(points[stretch.First], points[stretch.Last], points[i], width, height);
                if (off > distance)
                    (farthest, distance) = (i, off);
            }

            if (farthest < 0)
                continue;
            isKept[farthest] = true;
            stretches.Push((stretch.First, farthest));
            stretches.Push((farthest, stretch.Last));
        }

        return [.. points.Where((_, index) => isKept[index])];
    }

    /// <summary>At most <paramref name="maximum"/> numbers from 0 to below <paramref name="count"/>, evenly spaced, including the first and the last.</summary>
    public static IEnumerable<int> Spread(int count, int maximum) => count <= maximum
        ? Enumerable.Range(0, count)
        : Enumerable.Range(0, maximum).Select(i => (int)((long)i * (count - 1) / (maximum - 1)));

    /// <summary>Keeps the first, lowest, highest and last point of each stretch, so that no peak is lost.</summary>
    private static Coordinates[] KeepPeaks(Coordinates[] points)
    {
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

    /// <summary>The distance from a point to the straight line between two others, in fractions of the axes.</summary>
    private static double Distance(Coordinates start, Coordinates end, Coordinates point, double width, double height)
    {
        double dx = (end.X - start.X) / width, dy = (end.Y - start.Y) / height;
        double px = (point.X - start.X) / width, py = (point.Y - start.Y) / height;
        double squared = dx * dx + dy * dy;
        double along = squared == 0 ? 0 : Math.Clamp((px * dx + py * dy) / squared, 0, 1);
        return Math.Sqrt(Math.Pow(px - along * dx, 2) + Math.Pow(py - along * dy, 2));
    }
}
