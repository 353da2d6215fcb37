namespace Microsoft.ML.DenseNet;

/// <summary>What several processes must know together of rows in memory of which each keeps its share.</summary>
/// <param name="peers">The processes; all of them must make the same calls.</param>
/// <param name="reader">What read the rows.</param>
/// <param name="limits">How much memory rows may take.</param>
/// <param name="classes">The number of classes; 0 where labels are numbers.</param>
/// <param name="seed">Determines which rows are sampled, and which are set aside.</param>
internal sealed class ShareJoin(RowPeers peers, RowReader reader, MemoryLimits limits, int classes, int seed)
{
    /// <summary>Makes what counts the rows for the statistics that the model stores; null for none.</summary>
    public Func<StatisticsBuilder>? MakeStatistics { get; init; }

    /// <summary>Returns statistics of all rows, and a sample of them.</summary>
    /// <param name="share">This process's rows.</param>
    public LoadedRows Join(SharedRows share)
    {
        var rows = share.Rows;
        var own = Start(rows.Width) with { Moments = FeatureMoments.Of(rows), Labels = LabelStatistics.Of(rows, classes) };
        long place = 0;
        foreach (var block in rows.Blocks)
        {
            own.Statistics?.Count(block);
            for (int row = 0; row < block.Rows; row++)
                own.Fingerprint!.Add(block, row, share.Deal.PositionOf(place++));
        }

        var all = Start(rows.Width).AddAll(peers, own);
        return new LoadedRows(Sample(share), null, null, all.Labels) { Share = new ShareSummary(share, all.Moments, all.Statistics, all.Fingerprint!.ToString()) };
    }

    /// <summary>Sets rows aside for validation, as <see cref="RowSplitter.Split(RowSet, double, bool, int)"/> does when one process has them all.</summary>
    /// <param name="share">This process's rows.</param>
    /// <param name="fraction">The share to set aside.</param>
    /// <param name="stratify">Whether labels are classes.</param>
    /// <returns>The rest of this process's rows, and the validation rows of all.</returns>
    public (SharedRows Training, RowSet Validation) Split(SharedRows share, double fraction, bool stratify)
    {
        // Who is set aside depends on all rows' labels, groups and times, not on their features.
        var all = RowExchange.Gather(peers, WithoutFeatures(share.Rows), share.Deal.PositionOf, share.Deal.Count, RowForm.Sparse);
        var sides = RowSplitter.Sides(all, fraction, stratify, seed);
        RowSide SideOf(long place) => sides[share.Deal.PositionOf(place)];
        var training = share.Rows.Where(place => SideOf(place) == RowSide.Training);
        return (new SharedRows(training, share.Deal.Training(sides)), Gather(share, place => SideOf(place) == RowSide.Validation));
    }

    private RowSums Start(int width) => RowSums.Start(width, classes, takesFingerprint: true, MakeStatistics);

    /// <summary>All rows if they are few, otherwise a uniform sample, the same in every process and for any number of them.</summary>
    private RowSet Sample(SharedRows share)
    {
        double most = peers.Exchange(limits.SampleRows(share.Rows.Blocks is [var block, ..] ? block.RowBytes : 0)).Min(values => values[0]);
        var draw = new RowDraw(~seed);
        return Gather(share, place => draw.Share(share.Deal.PositionOf(place)) * share.Deal.Count < most);
    }

    /// <summary>Gives all processes those rows of all that satisfy a predicate.</summary>
    private RowSet Gather(SharedRows share, Func<long, bool> include)
    {
        int[] places = [.. Enumerable.Range(0, share.Deal.Own).Where(place => include(place))];
        return RowExchange.Gather(peers, share.Rows.Where(include), place => share.Deal.PositionOf(places[place]), share.Deal.Count, reader.Form);
    }

    private static RowSet WithoutFeatures(RowSet rows) =>
        new(1, hasWeights: false, [.. rows.Blocks.Select(block => new RowBlock(block.Rows, default, block.Labels, default, new SparseRows(1, new int[block.Rows + 1], [], [])) { SplitKeys = block.SplitKeys })]) { Split = rows.Split };
}
