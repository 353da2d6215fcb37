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
    private readonly FeatureMoments _moments;
    private readonly LabelStatistics _labels;
    private readonly RowSampler _sample;
    private readonly RowSampler? _validation;
    private readonly BlockBuilder _training;
    private readonly RowFingerprint? _fingerprint;
    private readonly RowShare? _share;
    private long _validationRows;
    private long _shareRows;

    /// <param name="reader">Reads the data.</param>
    /// <param name="limits">How much memory rows may take.</param>
    /// <param name="example">A block of the rows.</param>
    /// <param name="classes">The number of classes; 0 where labels are numbers.</param>
    /// <param name="seed">Determines all draws.</param>
    /// <param name="heldOut">The rows to set aside.</param>
    /// <param name="takesFingerprint">Whether <see cref="StreamedRows.Fingerprint"/> will be needed.</param>
    /// <param name="share">The rows that this process will train on; null for all.</param>
    public StreamSummary(RowReader reader, MemoryLimits limits, RowBlock example, int classes, int seed, HeldOut heldOut, bool takesFingerprint, RowShare? share)
    {
        _share = share;
        _fingerprint = takesFingerprint ? new RowFingerprint() : null;
        _reader = reader;
        _limits = limits;
        _heldOut = heldOut;
        _validationDraw = new RowDraw(seed);
        _sampleDraw = new RowDraw(~seed);
        _isSparse = example.Sparse is not null;
        _rowBytes = example.RowBytes;
        var form = _isSparse ? RowForm.Sparse : RowForm.Dense;
        _moments = new FeatureMoments(reader.Width);
        _labels = new LabelStatistics(classes);
        _sample = new RowSampler(reader.Width, reader.HasWeights, form, limits.SampleRows(_rowBytes));
        _validation = heldOut.Share == 0 ? null : new RowSampler(reader.Width, reader.HasWeights, form, limits.ValidationRows(_rowBytes));
        _training = new BlockBuilder(reader.Width, reader.HasWeights, form);
    }

    /// <summary>Counts the training rows for the statistics that the model stores; null for none.</summary>
    public StatisticsBuilder? Statistics { get; init; }

    /// <summary>The number of rows so far, including those set aside.</summary>
    public long Rows { get; private set; }

    public void Add(RowBlock block)
    {
        _fingerprint?.Add(block);
        for (int i = 0; i < block.Rows; i++, Rows++)
        {
            ulong draw = _sampleDraw[Rows];
            if (_heldOut.Takes(_validationDraw, _reader.Split, block, i, Rows))
            {
                _validationRows++;
                _validation!.Offer(block, i, draw);
                continue;
            }

            if (_share is { } share && share.Has(Rows))
                _shareRows++;
            _sample.Offer(block, i, draw);
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
        if (_validation is not null && (_labels.Count == 0 || _validationRows == 0))
            throw _heldOut.EmptyPart(Rows, _validationRows);
        var stream = new StreamedRows
        {
            Data = data,
            Reader = _reader,
            ValidationDraw = _validationDraw,
            HeldOut = _heldOut,
            Count = _labels.Count,
            Share = _share,
            ShareCount = _shareRows,
            Moments = _moments,
            Statistics = Statistics,
            PoolBytes = _limits.Pool,
            RowBytes = _rowBytes,
            IsSparse = _isSparse,
            Fingerprint = _fingerprint?.ToString(),
        };
        return new LoadedRows(_sample.ToRows(), stream, _validation?.ToRows(), _labels);
    }

    private void AddTraining()
    {
        if (_training.Rows > 0)
            Summarize(_training.View);
        _training.Clear();
    }

    private void Summarize(RowBlock block)
    {
        _moments.Add(block);
        _labels.Add(block);
        Statistics?.Count(block);
    }
}
