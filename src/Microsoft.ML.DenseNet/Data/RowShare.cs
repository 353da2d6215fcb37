namespace Microsoft.ML.DenseNet;

/// <summary>The rows that a process computes if several train one network together: those whose number leaves its rank as remainder.</summary>
/// <param name="Rank">The process.</param>
/// <param name="Count">The number of processes.</param>
internal readonly record struct RowShare(int Rank, int Count)
{
    /// <summary>Whether a row belongs to the share.</summary>
    public bool Has(long row) => row % Count == Rank;

    /// <summary>The place of one of the share's rows among them.</summary>
    public long PlaceOf(long row) => row / Count;

    /// <summary>The number of the row at a place among the share's.</summary>
    public long RowAt(long place) => (place * Count) + Rank;

    /// <summary>Returns the share's rows, weighted in comparison to all.</summary>
    public RowSet Of(RowSet rows)
    {
        var share = this;
        double mean = rows.MeanWeight;
        return rows.Where(share.Has).WithMeanWeight(mean);
    }
}
