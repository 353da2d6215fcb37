namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Measures how much of the contribution of a feature other features explain; see <see cref="FeatureDependence.ColorShare"/>.</summary>
internal sealed class DependenceStrengths
{
    private const int MaximumBins = 10;
    private const int RowsPerBin = 15;

    /// <summary>A second feature that explains less is not worth a colour.</summary>
    private const double SmallestShare = 0.005;

    private readonly List<Bin> _bins = [];
    private readonly double _variance;

    /// <param name="points">The feature's values and contributions.</param>
    /// <param name="isCategory">Whether the values are categories.</param>
    public DependenceStrengths(IReadOnlyList<ContributionPoint> points, bool isCategory)
    {
        double mean = points.Average(point => point.Contribution);
        _variance = points.Sum(point => (point.Contribution - mean) * (point.Contribution - mean));
        foreach (var rows in Groups(points, isCategory))
        {
            double[] values = [.. rows.Select(row => isCategory || double.IsNaN(points[row].Value) ? 0 : points[row].Value)];
            _bins.Add(new Bin(rows, Centered(values), Rest([.. rows.Select(row => points[row].Contribution)], values)));
        }
    }

    /// <summary>Returns the feature that explains most and its share; −1 if none explains anything.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="feature">The feature itself.</param>
    public (int Feature, double Share) Strongest(ExplainedRows rows, int feature)
    {
        var (best, share) = (-1, SmallestShare);
        for (int other = 0; other < rows.Features.Count; other++)
        {
            if (other != feature && ShareOf(rows, other) is var explained && explained > share)
                (best, share) = (other, explained);
        }

        return (best, best < 0 ? 0 : share);
    }

    /// <summary>Returns the share that a feature explains.</summary>
    public double ShareOf(ExplainedRows rows, int other)
    {
        var feature = rows.Features[other];
        double total = 0, explained = 0;
        int free = 0, used = 0;
        foreach (var bin in _bins)
        {
            double[] seconds = [.. bin.Rows.Select(row => rows.Value(row, feature))];
            var (more, degrees) = feature.Categories is null ? ByLine(bin, seconds) : ByMeans(bin, seconds);
            total += bin.Rest.Sum(rest => rest * rest);
            explained += more;
            used += degrees;
            free += bin.Rows.Length - 2;
        }

        // What chance explains, a part for each degree of freedom, is taken off.
        if (free - used < 1 || _variance <= 0)
            return 0;
        double adjusted = total - ((total - explained) * free / (free - used));
        return Math.Clamp(adjusted / _variance, 0, 1);
    }

    /// <summary>Rows with about the same value: a category, or a part of the numbers.</summary>
    private static IEnumerable<int[]> Groups(IReadOnlyList<ContributionPoint> points, bool isCategory)
    {
        var rows = Enumerable.Range(0, points.Count);
        if (isCategory)
            return rows.GroupBy(row => points[row].Value).Select(group => group.ToArray());
        float[] sorted = [.. points.Select(point => (float)point.Value).Where(value => !float.IsNaN(value)).Order()];
        if (sorted.Length == 0)
            return [rows.ToArray()];
        var (starts, _) = QuantileBins.Of(sorted, [.. sorted.Select(_ => 1.0)], Math.Clamp(sorted.Length / RowsPerBin, 1, MaximumBins));
        return rows.GroupBy(row => double.IsNaN(points[row].Value) ? -1 : QuantileBins.BinOf(starts, (float)points[row].Value)).Select(group => group.ToArray());
    }

    private static (double Explained, int Degrees) ByLine(Bin bin, double[] seconds)
    {
        double mean = seconds.Where(double.IsFinite).DefaultIfEmpty(0).Average();
        double[] rest = Rest([.. seconds.Select(value => double.IsFinite(value) ? value : mean)], bin.Values); // only what the first feature does not say already
        double along = 0, square = 0;
        for (int i = 0; i < rest.Length; i++)
        {
            along += rest[i] * bin.Rest[i];
            square += rest[i] * rest[i];
        }

        return square > 0 ? (along * along / square, 1) : (0, 0);
    }

    private static (double Explained, int Degrees) ByMeans(Bin bin, double[] seconds)
    {
        double explained = 0;
        int categories = 0;
        foreach (var group in seconds.Zip(bin.Rest).GroupBy(row => row.First, row => row.Second))
        {
            double sum = group.Sum();
            explained += sum * sum / group.Count();
            categories++;
        }

        return (explained, categories - 1);
    }

    /// <summary>What a straight line in the values leaves.</summary>
    private static double[] Rest(double[] targets, double[] values)
    {
        double[] centered = Centered(targets), x = Centered(values);
        double square = x.Sum(value => value * value), along = x.Zip(centered, (value, target) => value * target).Sum();
        double slope = square > 0 ? along / square : 0;
        return [.. centered.Zip(x, (target, value) => target - (slope * value))];
    }

    private static double[] Centered(double[] values)
    {
        double mean = values.Average();
        return [.. values.Select(value => value - mean)];
    }

    /// <param name="Rows">The rows.</param>
    /// <param name="Values">The first feature's values, centred.</param>
    /// <param name="Rest">What a straight line in them leaves of the contributions.</param>
    private sealed record Bin(int[] Rows, double[] Values, double[] Rest);
}
