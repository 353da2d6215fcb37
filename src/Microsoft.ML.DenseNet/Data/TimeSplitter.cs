namespace Microsoft.ML.DenseNet;

/// <summary>
/// Sets the latest rows aside, from some moment on, so that later rows validate earlier ones. Rows of the same time stay together.
/// If rows have groups, only groups that begin at that moment or later validate; rows of earlier groups that are later than it are left out.
/// </summary>
internal static class TimeSplitter
{
    /// <summary>The smallest share of the rows to learn from, and of the wanted validation rows, that groups may leave.</summary>
    private const double SmallestTraining = 0.5, SmallestValidation = 0.25;

    /// <summary>Chooses the moment for which the validation rows come closest to a share of all rows.</summary>
    /// <param name="rows">All rows, with times.</param>
    /// <param name="share">The share to set aside; above 0, below 1.</param>
    /// <returns>Each row's side.</returns>
    /// <exception cref="InvalidOperationException">All rows are of the same time, or the groups do not allow it.</exception>
    public static RowSide[] Split(RowSet rows, double share)
    {
        int[] times = Ranks(rows, out int count);
        int[] starts = rows.Split.Group is null ? times : Starts(rows, times);
        if (ChooseCut(CountRows(times, count), CountRows(starts, count), share) is not { } cut)
            throw AllAtOnce(rows.Split, rows.Count);
        var sides = new RowSide[times.Length];
        for (int row = 0; row < sides.Length; row++)
            sides[row] = starts[row] >= cut ? RowSide.Validation : times[row] >= cut ? RowSide.LeftOut : RowSide.Training;
        if (rows.Split.Group is not null)
            CheckGroups(rows.Split, sides, share);
        return sides;
    }

    /// <summary>The error for rows that cannot be cut in two.</summary>
    public static InvalidOperationException AllAtOnce(SplitColumns split, long rows) => split.Group is { } group
        ? new($"Every value of '{group.Name}' (SamplingKeyColumnName) occurs among the earliest rows by '{split.Time!.Value.Name}' (TimeColumnName), so that none can validate. {GroupRemedy}")
        : new($"Column '{split.Time!.Value.Name}' (TimeColumnName) has the same value in all {rows} rows, so that none are later than others. Name a column that tells the rows' times apart, or none.");

    private const string GroupRemedy = "Leave SamplingKeyColumnName out to validate on later rows of the same groups, or TimeColumnName to validate on other groups of any time.";

    /// <summary>Returns the first rank of the validation rows; null if nothing would be left to learn from.</summary>
    /// <param name="times">The number of rows of each time, in order.</param>
    /// <param name="starts">The number of rows whose group begins at each time.</param>
    /// <param name="share">The wanted share of validation rows.</param>
    public static int? ChooseCut(ReadOnlySpan<long> times, ReadOnlySpan<long> starts, double share)
    {
        long rows = 0;
        foreach (long count in times)
            rows += count;
        double wanted = share * rows, closest = double.PositiveInfinity;
        long validation = 0;
        int? cut = null;
        for (int rank = times.Length - 1; rank > 0; rank--)
        {
            validation += starts[rank];
            if (starts[rank] == 0 || Math.Abs(validation - wanted) >= closest)
                continue;
            closest = Math.Abs(validation - wanted);
            cut = rank;
        }

        return cut;
    }

    private static void CheckGroups(SplitColumns split, RowSide[] sides, double share)
    {
        int training = sides.Count(side => side == RowSide.Training), validation = sides.Count(side => side == RowSide.Validation);
        if (training < SmallestTraining * (1 - share) * sides.Length || validation < SmallestValidation * share * sides.Length)
            throw new InvalidOperationException($"Too few values of '{split.Group!.Value.Name}' (SamplingKeyColumnName) begin late by '{split.Time!.Value.Name}' (TimeColumnName): of {sides.Length} rows, {training} would be left to train on and {validation} to validate on. {GroupRemedy}");
    }

    /// <summary>Returns the place of each row's time among all different times, from 0.</summary>
    private static int[] Ranks(RowSet rows, out int count)
    {
        int width = rows.Split.TimeKeys;
        var times = new ulong[rows.Count * width];
        int next = 0;
        foreach (var keys in rows.SplitKeys)
            keys.Span[rows.Split.TimeStart..].CopyTo(times.AsSpan(width * next++));
        int[] order = [.. Enumerable.Range(0, next)];
        if (width == 1)
            Array.Sort((ulong[])times.Clone(), order);
        else
            Array.Sort(order, (a, b) => Time(a).SequenceCompareTo(Time(b)));
        var ranks = new int[order.Length];
        int rank = 0;
        for (int i = 1; i < order.Length; i++)
            ranks[order[i]] = Time(order[i]).SequenceEqual(Time(order[i - 1])) ? rank : ++rank;
        count = rank + 1;
        return ranks;

        ReadOnlySpan<ulong> Time(int row) => times.AsSpan(row * width, width);
    }

    /// <summary>Returns, for each row, the first time of its group.</summary>
    private static int[] Starts(RowSet rows, int[] times)
    {
        ulong[] groups = [.. rows.SplitKeys.Select(keys => keys.Span[0])];
        var starts = new Dictionary<ulong, int>();
        for (int row = 0; row < times.Length; row++)
            starts[groups[row]] = starts.TryGetValue(groups[row], out int start) ? Math.Min(start, times[row]) : times[row];
        return [.. groups.Select(group => starts[group])];
    }

    private static long[] CountRows(int[] ranks, int count)
    {
        var rows = new long[count];
        foreach (int rank in ranks)
            rows[rank]++;
        return rows;
    }
}
