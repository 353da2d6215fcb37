namespace Microsoft.ML.DenseNet;

/// <summary>
/// The first pass over training data: reads rows into memory while they fit. If they do not (or must not), it gathers what has to be
/// known about a stream of them beforehand.
/// </summary>
internal sealed class RowLoader
{
    private readonly RowReader _reader;
    private readonly MemoryLimits _limits;
    private readonly int _classes;
    private readonly int _seed;

    /// <param name="reader">Reads the data.</param>
    /// <param name="limits">How much memory rows may take.</param>
    /// <param name="classes">The number of classes; 0 where labels are numbers.</param>
    /// <param name="seed">Determines which rows are set aside for validation, and which are sampled.</param>
    public RowLoader(RowReader reader, MemoryLimits limits, int classes, int seed)
    {
        _reader = reader;
        _limits = limits;
        _classes = classes;
        _seed = seed;
    }

    /// <summary>Whether <see cref="StreamedRows.Fingerprint"/> will be needed.</summary>
    public bool TakesFingerprint { get; init; }

    /// <summary>Makes what counts the rows of a stream for <see cref="StreamedRows.Statistics"/>; null if they are not needed.</summary>
    public Func<StatisticsBuilder>? MakeStatistics { get; init; }

    /// <summary>The processes that read the data together, each its share; null for none.</summary>
    public RowPeers? Peers { get; init; }

    /// <summary>What becomes of the shares in memory of several processes; null if each process is to have all rows in the end.</summary>
    public Func<SharedRows, LoadedRows>? KeepShares { get; init; }

    /// <summary>Reads the rows.</summary>
    /// <param name="data">The data; this process's share of it if there are several.</param>
    /// <param name="placement">Where they are kept.</param>
    /// <param name="heldOut">The rows that a stream sets aside, depending on whether rows are wide and sparse (<see cref="RowSet.IsWideSparse"/>); nothing is set aside of rows in memory.</param>
    /// <param name="gatherMoments">Whether <see cref="RowSet.Moments"/> will be needed.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public LoadedRows Read(IDataView data, DataPlacement placement, Func<bool, HeldOut> heldOut, bool gatherMoments, CancellationToken cancellationToken)
    {
        var moments = gatherMoments ? new FeatureMoments(_reader.Width) : null;
        var blocks = new List<RowBlock>();
        StreamSummary? stream = null;
        var held = HeldOut.None;
        long bytes = 0;
        foreach (var block in _reader.Blocks(data, () => stream is not null, cancellationToken))
        {
            bool isWideSparse = IsWideSparse;
            if (stream is null)
            {
                // Training reads dense rows from a scaled copy, and wide sparse rows from a scaled copy of their values.
                bytes += block.Sparse is null ? 2 * block.Bytes : isWideSparse ? block.Bytes + (block.Bytes / 2) : block.Bytes;
                if (placement == DataPlacement.Stream || (placement == DataPlacement.Auto && bytes > _limits.Host))
                    BeginStream(block.RowBytes);
            }

            if (stream is not null)
            {
                stream.Add(block);
                continue;
            }

            if (isWideSparse && Peers is null)
                moments = null; // with so many slots they are not kept; they are computed on demand
            moments?.Add(block);
            blocks.Add(block);
        }

        long rows = stream?.Rows ?? blocks.Sum(block => (long)block.Rows);
        if (Peers is { } peers)
        {
            var joint = Pass.Join(peers, new Pass(stream is not null, bytes, _limits.Host, rows, _reader.RowsRead));
            if (joint.Rows == 0)
                throw _reader.Nothing(joint.RowsRead);
            rows = joint.Rows;
            if (stream is null && (joint.Streams || (placement == DataPlacement.Auto && KeepShares is null && joint.Bytes > joint.Limit)))
                BeginStream(blocks.Count == 0 ? 0 : blocks[0].RowBytes);
        }

        if (stream is not null && rows < held.MinimumRows)
            return Read(data, placement, _ => HeldOut.None, gatherMoments, cancellationToken); // the number of rows is known only now
        if (stream is not null)
            return stream.ToRows(data);
        var read = new RowSet(_reader.Width, _reader.HasWeights, blocks) { Moments = moments, Split = _reader.Split };
        return Peers is null ? new LoadedRows(read, null, null, LabelStatistics.Of(read, _classes)) : Join(Peers, read);

        void BeginStream(double rowBytes)
        {
            held = heldOut(IsWideSparse);
            stream = new StreamSummary(_reader, _limits, _reader.Form, rowBytes, _seed, held, () => RowSums.Start(_reader.Width, _classes, TakesFingerprint, MakeStatistics), Peers);
            foreach (var kept in blocks)
                stream.Add(kept);
            blocks.Clear();
            moments = null;
        }
    }

    private bool IsWideSparse => _reader.Form == RowForm.Sparse && _reader.Width >= RowSet.WideSlots;

    /// <summary>What all processes have read into memory: kept in shares, or given to all.</summary>
    private LoadedRows Join(RowPeers peers, RowSet own)
    {
        var deal = RowDeal.Of(peers.Share, [.. peers.Exchange(own.Count).Select(counts => (long)counts[0])]);
        if (KeepShares is not null)
            return KeepShares(new SharedRows(own, deal));
        var all = RowExchange.Gather(peers, own, deal.PositionOf, deal.Count, _reader.Form);
        return new LoadedRows(all, null, null, LabelStatistics.Of(all, _classes));
    }

    /// <summary>Reads validation rows that accompany a stream: a uniform sample of them, bounded in size.</summary>
    public RowSet ReadBounded(IDataView data, CancellationToken cancellationToken)
    {
        RowSampler? sampler = null;
        var draw = new RowDraw(_seed);
        long row = 0;
        foreach (var block in _reader.Blocks(data, () => true, cancellationToken))
        {
            sampler ??= new RowSampler(_reader.Width, _reader.HasWeights, block.Sparse is null ? RowForm.Dense : RowForm.Sparse, _limits.ValidationRows(block.RowBytes));
            for (int i = 0; i < block.Rows; i++, row++)
                sampler.Offer(block, i, draw[row], row);
        }

        return sampler!.ToRows(); // data without rows has been rejected
    }

    /// <summary>What a process found in its pass, or all of them in theirs.</summary>
    /// <param name="Streams">Whether rows are streamed.</param>
    /// <param name="Bytes">What rows in memory take.</param>
    /// <param name="Limit">What they may take.</param>
    /// <param name="Rows">The number of rows.</param>
    /// <param name="RowsRead">The same with those of weight 0.</param>
    private sealed record Pass(bool Streams, long Bytes, long Limit, long Rows, long RowsRead)
    {
        public static Pass Join(RowPeers peers, Pass own)
        {
            double[][] all = peers.Exchange(own.Streams ? 1 : 0, own.Bytes, own.Limit, own.Rows, own.RowsRead);
            long Sum(int number) => (long)all.Sum(values => values[number]);
            return new Pass(Sum(0) > 0, Sum(1), (long)all.Min(values => values[2]), Sum(3), Sum(4));
        }
    }
}
