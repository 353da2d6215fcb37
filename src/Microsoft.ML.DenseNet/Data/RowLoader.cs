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

    /// <summary>The rows of a stream that this process will train on if several train together; null for all.</summary>
    public RowShare? Share { get; init; }

    /// <summary>Reads the rows.</summary>
    /// <param name="data">The data.</param>
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
            bool isWideSparse = block.Sparse is not null && _reader.Width >= RowSet.WideSlots;
            if (stream is null)
            {
                // Training reads dense rows from a scaled copy, and wide sparse rows from a scaled copy of their values.
                bytes += block.Sparse is null ? 2 * block.Bytes : isWideSparse ? block.Bytes + (block.Bytes / 2) : block.Bytes;
                if (placement == DataPlacement.Stream || (placement == DataPlacement.Auto && bytes > _limits.Host))
                {
                    stream = new StreamSummary(_reader, _limits, block, _classes, _seed, held = heldOut(isWideSparse), TakesFingerprint, Share) { Statistics = MakeStatistics?.Invoke() };
                    foreach (var kept in blocks)
                        stream.Add(kept);
                    blocks.Clear();
                    moments = null;
                }
            }

            if (stream is not null)
            {
                stream.Add(block);
                continue;
            }

            if (isWideSparse)
                moments = null; // with so many slots they are not kept; they are computed on demand
            moments?.Add(block);
            blocks.Add(block);
        }

        if (stream is not null && stream.Rows < held.MinimumRows)
            return Read(data, placement, _ => HeldOut.None, gatherMoments, cancellationToken); // the number of rows is known only now
        if (stream is not null)
            return stream.ToRows(data);
        var rows = new RowSet(_reader.Width, _reader.HasWeights, blocks) { Moments = moments, Split = _reader.Split };
        return new LoadedRows(rows, null, null, LabelStatistics.Of(rows, _classes));
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
                sampler.Offer(block, i, draw[row]);
        }

        return sampler!.ToRows(); // data without rows has been rejected
    }
}
