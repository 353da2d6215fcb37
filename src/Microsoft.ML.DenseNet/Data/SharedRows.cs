namespace Microsoft.ML.DenseNet;

/// <summary>The rows in memory of one of the processes that train a network together.</summary>
/// <param name="Rows">Its own rows, weighted in comparison to all.</param>
/// <param name="Deal">Where they come among all.</param>
internal sealed record SharedRows(RowSet Rows, RowDeal Deal)
{
    /// <summary>Takes a process's share of rows that every process has.</summary>
    public static SharedRows Of(RowSet all, RowShare share)
    {
        long[] counts = [.. Enumerable.Range(0, share.Count).Select(rank => (all.Count - rank + share.Count - 1) / share.Count)];
        return new SharedRows(all.Where(share.Has).WithMeanWeight(all.MeanWeight), RowDeal.Of(share, counts));
    }
}
