namespace Microsoft.ML.DenseNet;

/// <summary>Which rows each network of a model learns from, and which it validates on.</summary>
internal sealed class RowFolds
{
    private readonly RowSet _rows;
    private readonly Lazy<int[]>[] _deals; // the part of each row, from 0
    private readonly Lazy<(RowSet Training, RowSet Validation)> _byTime;

    private RowFolds(RowSet rows, int count, int networks, int networksPerDeal, Func<int, int[]> deal)
    {
        _rows = rows;
        Count = count;
        Networks = networks;
        NetworksPerDeal = networksPerDeal;
        _deals = [.. Enumerable.Range(0, (int)Math.Ceiling((double)networks / networksPerDeal)).Select(number => new Lazy<int[]>(() => deal(number)))];
        _byTime = new(() => (rows.Where(row => _deals[0].Value[row] == (int)RowSide.Training), rows.Where(row => _deals[0].Value[row] == (int)RowSide.Validation)));
    }

    /// <summary>The number of equal parts; each network leaves one out to validate on.</summary>
    public int Count { get; }

    /// <summary>The maximum number of networks.</summary>
    public int Networks { get; }

    /// <summary>How many networks validate on parts of the same deal, which have no row in common. For the networks after them the rows are dealt again.</summary>
    public int NetworksPerDeal { get; }

    /// <summary>Whether all networks validate on the latest rows, which none of them has learned from.</summary>
    public bool IsByTime => _rows.Split.Time is not null;

    /// <summary>Divides rows into folds: at random, by groups, or by time.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="plan">How many folds and networks are wanted; fewer folds if there are fewer groups.</param>
    /// <param name="stratify">Whether labels are classes.</param>
    /// <param name="seed">Determines which rows go where.</param>
    /// <exception cref="InvalidOperationException">There is a single group or a single time, or groups do not allow a split by time.</exception>
    public static RowFolds Of(RowSet rows, FoldPlan plan, bool stratify, int seed)
    {
        if (rows.Split.Time is not null)
        {
            int[] sides = [.. TimeSplitter.Split(rows, 1.0 / plan.Count).Select(side => (int)side)];
            return new RowFolds(rows, plan.Count, plan.MaximumNetworks, plan.MaximumNetworks, _ => sides);
        }

        if (rows.Split.Group is null)
            return new RowFolds(rows, plan.Count, plan.MaximumNetworks, plan.Count, number => RowSplitter.Deal(rows, plan.Count, stratify, SeedOf(number)));
        int[] parts = RowSplitter.DealGroups(rows, plan.Count, stratify, seed, out int count, out int largest);

        // A network that would learn from the smaller half only is left out: it is that of the last part, the largest.
        int networks = 2L * largest > rows.Count ? count - 1 : count;
        int most = count < plan.Count ? Math.Min(plan.MaximumNetworks, networks) : plan.MaximumNetworks; // few groups are dealt in the same way each time
        return new RowFolds(rows, count, most, networks, number => number == 0 ? parts : RowSplitter.DealGroups(rows, plan.Count, stratify, SeedOf(number), out _, out _));

        int SeedOf(int number) => number == 0 ? seed : (int)SplitMix.Mix(unchecked((ulong)seed + ((ulong)number * SplitMix.Golden)));
    }

    /// <summary>Returns the rows that a network learns from, and those that it validates on.</summary>
    /// <param name="network">Its number, from 0.</param>
    public (RowSet Training, RowSet Validation) this[int network] =>
        IsByTime ? _byTime.Value : RowSplitter.Split(_rows, _deals[network / NetworksPerDeal].Value, network % NetworksPerDeal);
}
