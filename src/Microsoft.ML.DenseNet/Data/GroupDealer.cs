using System.Numerics;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Deals rows into parts so that rows of the same group are in the same part, and each part gets its share of the rows, and of each
/// class, as closely as whole groups allow: large groups first, each to the part that then comes closest to its share (by the chi-square
/// of the counts). Groups whose sizes differ by less than a factor of two come in random order.
/// </summary>
internal sealed class GroupDealer
{
    private readonly int[] _groups;
    private readonly int[] _classes;
    private readonly int[] _order;
    private readonly int _classCount;

    /// <param name="rows">All rows, with groups.</param>
    /// <param name="stratify">Whether labels are classes.</param>
    /// <param name="seed">Determines the order of similar groups.</param>
    public GroupDealer(RowSet rows, bool stratify, int seed)
    {
        _groups = Number(rows.SplitKeys.Select(keys => keys.Span[0]), out int groups);
        _classes = stratify ? Number(rows.Labels, out _classCount) : new int[_groups.Length];
        _classCount = Math.Max(1, _classCount);
        GroupCount = groups;
        var sizes = new int[groups];
        foreach (int group in _groups)
            sizes[group]++;
        _order = [.. Enumerable.Range(0, groups)];
        new Random(seed).Shuffle(_order);
        _order = [.. _order.OrderByDescending(group => BitOperations.Log2((uint)sizes[group]))]; // stable
    }

    /// <summary>The number of groups.</summary>
    public int GroupCount { get; }

    /// <summary>Deals the rows.</summary>
    /// <param name="shares">Each part's share of the rows, above 0; no more parts than groups.</param>
    /// <returns>The part of each row, from 0. No part is empty.</returns>
    public int[] Deal(params ReadOnlySpan<double> shares)
    {
        var counts = CountClasses();
        var totals = new double[_classCount];
        foreach (int label in _classes)
            totals[label]++;
        var filled = new double[shares.Length][];
        for (int part = 0; part < filled.Length; part++)
            filled[part] = new double[_classCount];

        var partOf = new int[GroupCount];
        var members = new int[shares.Length];
        for (int i = 0; i < _order.Length; i++)
        {
            int group = _order[i];
            int empty = members.Count(0);
            int best = -1;
            double least = double.PositiveInfinity;
            for (int part = 0; part < filled.Length; part++)
            {
                // The last groups go to parts that would otherwise stay empty.
                if (_order.Length - i <= empty && members[part] > 0)
                    continue;
                double change = Change(counts[group], filled[part], totals, shares[part]);
                if (change < least)
                    (least, best) = (change, part);
            }

            partOf[group] = best;
            members[best]++;
            foreach (var (label, count) in counts[group])
                filled[best][label] += count;
        }

        return [.. _groups.Select(group => partOf[group])];
    }

    /// <summary>How the chi-square of a part's counts changes when it gets a group.</summary>
    private static double Change(List<(int Label, int Count)> group, double[] filled, double[] totals, double share)
    {
        double change = 0;
        foreach (var (label, count) in group)
            change += count * ((2 * (filled[label] - (share * totals[label]))) + count) / (share * totals[label]);
        return change;
    }

    /// <summary>Returns how many rows of each class each group has.</summary>
    private List<(int Label, int Count)>[] CountClasses()
    {
        var counts = new List<(int Label, int Count)>[GroupCount];
        foreach (var cell in Enumerable.Range(0, _groups.Length).CountBy(row => (Group: _groups[row], Label: _classes[row])))
            (counts[cell.Key.Group] ??= []).Add((cell.Key.Label, cell.Value));
        return counts;
    }

    /// <summary>Numbers values in the order in which they first occur.</summary>
    private static int[] Number<T>(IEnumerable<T> values, out int count)
        where T : notnull
    {
        var numbers = new Dictionary<T, int>();
        int[] result = [.. values.Select(value => numbers.TryGetValue(value, out int number) ? number : numbers[value] = numbers.Count)];
        count = numbers.Count;
        return result;
    }
}
