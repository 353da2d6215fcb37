namespace Microsoft.ML.DenseNet;

/// <summary>Which rows each network of a model learns from, and which it validates on.</summary>
internal sealed class RowFolds
{
    private readonly RowSet _rows;
    private readonly int[] _parts;
    private readonly Lazy<(RowSet Training, RowSet Validation)> _byTime;

    private RowFolds(RowSet rows, int[] parts, int count, int networks)
    {
        _rows = rows;
        _byTime = new(() => (rows.Where(row => parts[row] == (int)RowSide.Training), rows.Where(row => parts[row] == (int)RowSide.Validation)));
        _parts = parts;
        Count = count;
        Networks = networks;
    }

    /// <summary>The number of equal parts; each network leaves one out to validate on.</summary>
    public int Count { get; }

    /// <summary>The maximum number of networks.</summary>
    public int Networks { get; }

    /// <summary>Whether all networks validate on the latest rows, which none of them has learned from.</summary>
    public bool IsByTime => _rows.Split.Time is not null;

    /// <summary>Divides rows into folds: at random, by groups, or by time.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="plan">How many folds and networks are wanted; fewer if there are fewer groups.</param>
    /// <param name="stratify">Whether labels are classes.</param>
    /// <param name="seed">Determines which rows go where.</param>
    /// <exception cref="InvalidOperationException">There is a single group or a single time, or groups do not allow a split by time.</exception>
    public static RowFolds Of(RowSet rows, FoldPlan plan, bool stratify, int seed)
    {
        if (rows.Split.Time is not null)
            return new RowFolds(rows, [.. TimeSplitter.Split(rows, 1.0 / plan.Count).Select(side => (int)side)], plan.Count, plan.MaximumNetworks);
        if (rows.Split.Group is null)
            return new RowFolds(rows, RowSplitter.Deal(rows, plan.Count, stratify, seed), plan.Count, plan.MaximumNetworks);
        int[] parts = RowSplitter.DealGroups(rows, plan.Count, stratify, seed, out int count, out int largest);

        // A network that would learn from the smaller half only is left out: it is that of the last part, the largest.
        return new RowFolds(rows, parts, count, Math.Min(plan.MaximumNetworks, 2L * largest > rows.Count ? count - 1 : count));
    }

    /// <summary>Returns the rows that a network learns from, and those that it validates on.</summary>
    /// <param name="network">Its number, from 0.</param>
    public (RowSet Training, RowSet Validation) this[int network] => IsByTime ? _byTime.Value : RowSplitter.Split(_rows, _parts, network);
}
