namespace Microsoft.ML.DenseNet;

/// <summary>What is gathered about a stream in the first pass over it, in memory that does not grow with the number of rows.</summary>
internal sealed class StreamSummary
{
    private readonly RowReader _reader;
    private readonly MemoryLimits _limits;
    private readonly HeldOut _heldOut;
    private readonly RowDraw _validationDraw;
    private readonly RowDraw _sampleDraw;
    private readonly double _rowBytes;
    private readonly bool _isSparse;
    private readonly Func<RowSums> _makeSums;
    private readonly RowSums _sums;
    private readonly RowSampler _sample;
    private readonly RowSampler? _validation;
    private readonly BlockBuilder _training;
    private readonly RowPeers? _peers;
    private readonly int _sampleRows;
    private readonly int _mostValidationRows;
    private long _validationRows;

    /// <param name="reader">Reads the data.</param>
    /// <param name="limits">How much memory rows may take.</param>
    /// <param name="form">How the rows are stored.</param>
    /// <param name="rowBytes">The average memory that a row takes, in bytes.</param>
    /// <param name="seed">Determines all draws.</param>
    /// <param name="heldOut">The rows to set aside.</param>
    /// <param name="makeSums">Starts what is summed up over the training rows; a fingerprint is that of all rows.</param>
    /// <param name="peers">The processes that read the stream, each its share; null if this one reads all of it.</param>
    public StreamSummary(RowReader reader, MemoryLimits limits, RowForm form, double rowBytes, int seed, HeldOut heldOut, Func<RowSums> makeSums, RowPeers? peers)
    {
        _peers = peers;
        _reader = reader;
        _limits = limits;
        _heldOut = heldOut;
        _validationDraw = new RowDraw(seed);
        _sampleDraw = new RowDraw(~seed);
        _isSparse = form == RowForm.Sparse;
        _rowBytes = rowBytes;
        _sampleRows = limits.SampleRows(rowBytes);
        _mostValidationRows = limits.ValidationRows(rowBytes);
        _makeSums = makeSums;
        _sums = makeSums();
        _sample = new RowSampler(reader.Width, reader.HasWeights, form, _sampleRows);
        _validation = heldOut.Share == 0 ? null : new RowSampler(reader.Width, reader.HasWeights, form, _mostValidationRows);
        _training = new BlockBuilder(reader.Width, reader.HasWeights, form);
    }

    /// <summary>The number of rows so far, including those set aside.</summary>
    public long Rows { get; private set; }

    public void Add(RowBlock block)
    {
        for (int i = 0; i < block.Rows; i++, Rows++)
        {
            long number = _peers?.Share.RowAt(Rows) ?? Rows;
            _sums.Fingerprint?.Add(block, i, number);
            ulong draw = _sampleDraw[number];
            if (_heldOut.Takes(_validationDraw, _reader.Split, block, i, number))
            {
                _validationRows++;
                _validation!.Offer(block, i, draw, number);
                continue;
            }

            _sample.Offer(block, i, draw, number);
            if (_validation is null)
                continue;
            _training.Add(block, i, 1);
            if (_training.IsFull)
                AddTraining();
        }

        if (_validation is null)
            Summarize(block);
    }

    /// <summary>Returns the stream, its sample and its validation rows.</summary>
    /// <exception cref="InvalidOperationException">The validation share leaves one part empty.</exception>
    public LoadedRows ToRows(IDataView data)
    {
        AddTraining();
        if (_peers is { } peers)
            return Join(data, peers);
        CheckParts(Rows, _validationRows, _sums.Labels.Count);
        return new LoadedRows(_sample.ToRows(), Stream(data, _sums, _rowBytes, _limits.Pool), _validation?.ToRows(), _sums.Labels);
    }

    /// <summary>The same for the shares of all processes together.</summary>
    private LoadedRows Join(IDataView data, RowPeers peers)
    {
        double[][] all = peers.Exchange(Rows, _validationRows, _sums.Labels.Count, _rowBytes, _sampleRows, _mostValidationRows, _limits.Pool);
        long Sum(int number) => (long)all.Sum(values => values[number]);
        double Least(int number) => all.Min(values => values[number]);
        CheckParts(Sum(0), Sum(1), Sum(2));

        var sums = _makeSums().AddAll(peers, _sums);
        long end = peers.Share.Count * (long)all.Max(values => values[0]);
        var sample = _sample.Join(peers, Sum(2), (int)Least(4), end);
        var validation = _validation?.Join(peers, Sum(1), (int)Least(5), end);
        var stream = Stream(data, sums, all.Max(values => values[3]), (long)Least(6)) with { Shares = [.. all.Select(values => (long)values[2])] };
        return new LoadedRows(sample, stream, validation, sums.Labels);
    }

    private void CheckParts(long rows, long validation, long training)
    {
        if (_validation is not null && (training == 0 || validation == 0))
            throw _heldOut.EmptyPart(rows, validation);
    }

    private StreamedRows Stream(IDataView data, RowSums sums, double rowBytes, long pool) => new()
    {
        Data = data,
        Reader = _reader,
        ValidationDraw = _validationDraw,
        HeldOut = _heldOut,
        Count = sums.Labels.Count,
        Share = _peers?.Share,
        Moments = sums.Moments,
        Statistics = sums.Statistics,
        PoolBytes = pool,
        RowBytes = rowBytes,
        IsSparse = _isSparse,
        Fingerprint = sums.Fingerprint?.ToString(),
    };

    private void AddTraining()
    {
        if (_training.Rows > 0)
            Summarize(_training.View);
        _training.Clear();
    }

    private void Summarize(RowBlock block)
    {
        _sums.Moments.Add(block);
        _sums.Labels.Add(block);
        _sums.Statistics?.Count(block);
    }
}
