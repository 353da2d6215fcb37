namespace Microsoft.ML.DenseNet;

/// <summary>Walks through rows in memory, epoch by epoch, in a new order each time if the plan shuffles.</summary>
/// <param name="plan">The order.</param>
/// <param name="count">The number of rows.</param>
internal sealed unsafe class EpochOrder(TrainingPlan plan, long count)
{
    private readonly RowOrder? _shuffler = plan.Shuffle ? new RowOrder(count, plan.Seed) : null;
    private long _next;

    /// <summary>The epoch's order; null for the rows' own.</summary>
    public long[]? Order { get; private set; }

    /// <summary>Begins an epoch.</summary>
    public void Start()
    {
        Order = _shuffler?.Shuffle();
        _next = 0;
    }

    /// <summary>Skips epochs, as if they had been walked through.</summary>
    public void Skip(int epochs)
    {
        for (int epoch = 0; epoch < epochs; epoch++)
            _shuffler?.Shuffle();
    }

    /// <summary>Advances by some rows; returns the index of the first.</summary>
    public long Advance(long rows)
    {
        long start = _next;
        _next += rows;
        return start;
    }

    /// <summary>The epoch's next rows, in place.</summary>
    /// <param name="all">All rows, in their own order.</param>
    /// <param name="rows">How many.</param>
    public RowBatch Take(in RowBatch all, int rows) => all.Take(Order is null ? null : _shuffler!.Pointer, Advance(rows), rows);
}
