using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Median and spread of each feature, missing values left out; example weights are ignored.</summary>
/// <param name="Center">The median, one per feature; 0 for a feature that is always missing.</param>
/// <param name="Scale">
/// 1 / (upper − lower quartile), one per feature; 0 for a constant feature. If the quartiles agree: for two values 2 / (maximum −
/// minimum), otherwise 1 / (median distance from the center of the values that differ from it), so that the rare values of a mostly
/// constant feature keep their differences however long its tail is.
/// </param>
/// <param name="IsBinary">Whether a feature has at most two values.</param>
internal sealed record RobustStatistics(float[] Center, float[] Scale, bool[] IsBinary)
{
    /// <summary>Fewer than twice this many rows are looked at, evenly spaced; quartiles of more would hardly differ.</summary>
    private const int MaximumRows = 50_000;

    /// <summary>Features are read in groups of one up to this many, which share a cache line, if at least this many groups result.</summary>
    private const int MaximumGroup = 16, GroupsOfFeatures = 64;

    /// <summary>The edges of <see cref="FeatureBins"/>, feature by feature; empty if no bins were requested.</summary>
    public IReadOnlyList<float[]> Edges { get; private init; } = [];

    /// <summary>Whether a feature is missing in some of the rows but not in all.</summary>
    public bool[] HasMissing { get; } = new bool[Center.Length];

    /// <param name="rows">The rows.</param>
    /// <param name="bins">The maximum number of bins per feature; 0 for none.</param>
    /// <param name="threads">The number of threads to use, at least 1; null for all cores. The result does not depend on it.</param>
    public static RobustStatistics Of(RowSet rows, int bins = 0, int? threads = null)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = threads ?? Environment.ProcessorCount };
        if (rows.IsSparse)
            return OfSparse(rows, bins, parallel);
        int width = rows.Width;
        var edges = new float[bins == 0 ? 0 : width][];
        var result = new RobustStatistics(new float[width], new float[width], new bool[width]) { Edges = edges };
        int stride = (int)Math.Max(1, rows.Count / MaximumRows);

        // Several adjacent features at a time where there are many: the next value of the same feature is far away in memory.
        int group = Math.Clamp(width / GroupsOfFeatures, 1, MaximumGroup);
        Parallel.For(0, (width + group - 1) / group, parallel, () => Columns(group), (number, _, columns) =>
        {
            int first = number * group, count = Math.Min(group, width - first);
            Gather(rows, first, count, stride, columns);
            for (int i = 0; i < count; i++)
            {
                var (values, zeros, missing) = columns[i];
                values.Sort();
                var sorted = new SortedValues(CollectionsMarshal.AsSpan(values), zeros);
                result.Set(first + i, sorted, missing);
                if (bins > 0)
                    edges[first + i] = FeatureBins.Edges(sorted, bins);
            }

            return columns;
        }, _ => { });
        return result;
    }

    private static (List<float> Values, int Zeros, int Missing)[] Columns(int count) => [.. Enumerable.Range(0, count).Select(_ => (new List<float>(), 0, 0))];

    /// <summary>Reads the values of some adjacent features of dense rows; zeros and missing values are counted.</summary>
    private static void Gather(RowSet rows, int first, int count, int stride, (List<float> Values, int Zeros, int Missing)[] columns)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i].Values.Clear();
            columns[i].Zeros = 0;
            columns[i].Missing = 0;
        }

        int next = 0;
        foreach (var block in rows.Blocks)
        {
            var features = block.Features.Span;
            for (; next < block.Rows; next += stride)
            {
                var row = features.Slice((next * rows.Width) + first, count);
                for (int i = 0; i < row.Length; i++)
                {
                    if (row[i] == 0)
                        columns[i].Zeros++;
                    else if (float.IsNaN(row[i]))
                        columns[i].Missing++;
                    else
                        columns[i].Values.Add(row[i]);
                }
            }

            next -= block.Rows;
        }
    }

    /// <summary>Statistics that leave features as they are.</summary>
    public static RobustStatistics None(int width) => new(new float[width], [.. Enumerable.Repeat(1f, width)], new bool[width]);

    /// <summary>The same for sparse rows: their zeros are counted, not written out.</summary>
    private static RobustStatistics OfSparse(RowSet rows, int bins, ParallelOptions parallel)
    {
        int width = rows.Width;
        int stride = (int)Math.Max(1, rows.Count / MaximumRows);

        // The stored values of the sampled rows, slot by slot.
        var starts = new int[width + 2];
        int count = 0;
        foreach (var (block, row) in EveryRow(rows, stride))
        {
            count++;
            foreach (int slot in block.RowSlots(row))
                starts[slot + 2]++;
        }

        for (int i = 0; i < width; i++)
            starts[i + 2] += starts[i + 1];
        var values = new float[starts[^1]];
        var missing = new int[width];
        foreach (var (block, row) in EveryRow(rows, stride))
        {
            var slots = block.RowSlots(row);
            for (int i = 0; i < slots.Length; i++)
            {
                values[starts[slots[i] + 1]++] = block.RowValues(row)[i];
                missing[slots[i]] += float.IsNaN(block.RowValues(row)[i]) ? 1 : 0;
            }
        }

        var edges = new float[bins == 0 ? 0 : width][];
        var result = new RobustStatistics(new float[width], new float[width], new bool[width]) { Edges = edges };
        Parallel.For(0, width, parallel, feature =>
        {
            var stored = values.AsSpan(starts[feature], starts[feature + 1] - starts[feature]);
            stored.Sort(); // NaN first
            var sorted = new SortedValues(stored[missing[feature]..], count - stored.Length);
            result.Set(feature, sorted, missing[feature]);
            if (bins > 0)
                edges[feature] = FeatureBins.Edges(sorted, bins);
        });
        return result;
    }

    private static IEnumerable<(SparseRows Block, int Row)> EveryRow(RowSet rows, int stride)
    {
        int next = 0;
        foreach (var block in rows.Blocks)
        {
            for (; next < block.Rows; next += stride)
                yield return (block.Sparse!, next);
            next -= block.Rows;
        }
    }

    /// <summary>The q-quantile, by linear interpolation between neighbors, like numpy's default.</summary>
    private static double Quantile(in SortedValues sorted, double q)
    {
        double place = q * (sorted.Length - 1);
        int below = (int)place;
        double share = place - below;
        return share == 0 ? sorted[below] : ((1 - share) * sorted[below]) + (share * sorted[below + 1]);
    }

    private void Set(int feature, in SortedValues sorted, int missing)
    {
        IsBinary[feature] = true;
        if (sorted.Length == 0)
            return;
        HasMissing[feature] = missing > 0;
        float minimum = sorted[0], maximum = sorted[sorted.Length - 1];
        double center = Quantile(sorted, 0.5);
        double spread = Quantile(sorted, 0.75) - Quantile(sorted, 0.25);
        double range = (double)maximum - minimum;
        IsBinary[feature] = HasTwoValues(sorted);
        if (spread == 0)
            spread = IsBinary[feature] ? range / 2 : MedianDistance(sorted, center);
        Center[feature] = (float)center;

        // A spread within float rounding of the values does not count: scaling it up would only amplify noise.
        bool isConstant = range <= 1e-7 * Math.Abs(center);
        Scale[feature] = isConstant ? 0 : (float)Math.Min(1 / spread, float.MaxValue);
    }

    private static bool HasTwoValues(in SortedValues sorted)
    {
        float first = sorted[0], last = sorted[sorted.Length - 1];
        foreach (float value in sorted.Stored)
        {
            if (value != first && value != last)
                return false;
        }

        return sorted.Zeros == 0 || first == 0 || last == 0;
    }

    /// <summary>The median distance from the center of the values that differ from it.</summary>
    private static double MedianDistance(in SortedValues sorted, double center)
    {
        var distances = new List<float>();
        foreach (float value in sorted.Stored)
        {
            if (value != center)
                distances.Add((float)Math.Abs(value - center));
        }

        if (center != 0)
            distances.AddRange(Enumerable.Repeat((float)Math.Abs(center), sorted.Zeros));
        distances.Sort();
        return Quantile(new SortedValues(CollectionsMarshal.AsSpan(distances)), 0.5);
    }
}
