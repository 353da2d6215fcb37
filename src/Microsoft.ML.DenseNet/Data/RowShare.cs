namespace Microsoft.ML.DenseNet;

/// <summary>The rows that a process reads if several train one network together: those whose number leaves its rank as remainder.</summary>
/// <param name="Rank">The process.</param>
/// <param name="Count">The number of processes.</param>
internal readonly record struct RowShare(int Rank, int Count)
{
    /// <summary>Whether a row belongs to the share.</summary>
    public bool Has(long row) => row % Count == Rank;

    /// <summary>The number of the row at a place among the share's.</summary>
    public long RowAt(long place) => (place * Count) + Rank;
}
