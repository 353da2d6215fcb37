namespace Microsoft.ML.DenseNet;

/// <summary>
/// Which of the rows that several processes share are this one's. The rows have positions: the first row of each process in the order of
/// ranks, then the second of each, and so on; a process without further rows is passed over.
/// </summary>
internal sealed class RowDeal
{
    private readonly RowShare _share;
    private readonly int[]? _positions; // of this process's rows, ascending; null if every process has its turn to the end

    private RowDeal(RowShare share, long count, int own, int[]? positions = null)
    {
        _share = share;
        _positions = positions;
        Count = count;
        Own = own;
    }

    /// <summary>The number of rows of all processes.</summary>
    public long Count { get; }

    /// <summary>The number of this process's rows.</summary>
    public int Own { get; }

    /// <summary>Returns the deal of processes with these numbers of rows.</summary>
    /// <param name="share">This process.</param>
    /// <param name="counts">The number of rows of each process, by rank.</param>
    public static RowDeal Of(RowShare share, IReadOnlyList<long> counts)
    {
        long all = counts.Sum();
        int own = checked((int)counts[share.Rank]);
        if (Enumerable.Range(0, counts.Count).All(rank => counts[rank] == (all - rank + counts.Count - 1) / counts.Count))
            return new RowDeal(share, all, own);
        var positions = new int[own];
        for (int place = 0; place < own; place++)
        {
            long before = 0;
            for (int rank = 0; rank < counts.Count; rank++)
                before += Math.Min(counts[rank], place) + (rank < share.Rank && counts[rank] > place ? 1 : 0);
            positions[place] = checked((int)before);
        }

        return new RowDeal(share, all, own, positions);
    }

    /// <summary>The position of one of this process's rows.</summary>
    public long PositionOf(long place) => _positions is null ? _share.RowAt(place) : _positions[place];

    /// <summary>The place of a row among this process's; -1 if it is another's.</summary>
    public int PlaceOf(long position) => _positions is not null ? Math.Max(-1, _positions.AsSpan().BinarySearch((int)position))
        : _share.Has(position) ? (int)(position / _share.Count)
        : -1;

    /// <summary>Returns the deal of those rows that are for training; they move up.</summary>
    /// <param name="sides">Each row's side, by position.</param>
    public RowDeal Training(RowSide[] sides)
    {
        var positions = new List<int>();
        int kept = 0;
        for (int position = 0; position < sides.Length; position++)
        {
            if (sides[position] != RowSide.Training)
                continue;
            if (PlaceOf(position) >= 0)
                positions.Add(kept);
            kept++;
        }

        return new RowDeal(_share, kept, positions.Count, [.. positions]);
    }
}
