using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads an <see cref="IDataView"/> once, into blocks of float rows, and reports clearly what is wrong with a bad row.</summary>
internal sealed class RowReader
{
    /// <summary>
    /// Rows stay sparse if they are at least this wide and the first of them (<see cref="ProbeShare"/> of a block) store at most one value
    /// in <see cref="SparseShare"/> slots: from there on, the zeros cost more than the slot numbers. Rows are examined in order and dense
    /// vectors count in full, so the same data is always stored in the same form.
    /// </summary>
    private const int SparseWidth = 64;

    private const int SparseShare = 4;

    private const int ProbeShare = 4;

    private readonly InputColumns _input;
    private readonly DataViewSchema.Column _label;
    private readonly DataViewSchema.Column? _weight;
    private readonly bool _allowMissingFeatures;
    private readonly int _width;
    private readonly ulong _keys;

    /// <param name="schema">The schema of the data to read.</param>
    /// <param name="featureColumn">A known-size vector of <see cref="float"/>.</param>
    /// <param name="labelColumn">Boolean, key or <see cref="float"/>.</param>
    /// <param name="weightColumn">A <see cref="float"/>; null for none.</param>
    /// <param name="allowMissingFeatures">Whether NaN features are allowed.</param>
    /// <param name="categoryColumns">Columns of keys or known-size vectors of keys, whose one-hot blocks end a row; null for none.</param>
    public RowReader(DataViewSchema schema, string featureColumn, string labelColumn, string? weightColumn, bool allowMissingFeatures, IEnumerable<string>? categoryColumns = null)
    {
        _input = InputColumns.Of(schema[featureColumn], schema, categoryColumns ?? []);
        _label = schema[labelColumn];
        _weight = weightColumn is null ? null : schema[weightColumn];
        _allowMissingFeatures = allowMissingFeatures;
        _width = _input.Width;
        _keys = _label.Type is KeyDataViewType key ? key.Count : 0;
    }

    /// <summary>Whether these are validation rows; messages say so.</summary>
    public bool IsValidation { get; init; }

    /// <summary>The columns that decide which rows may validate which; by default none.</summary>
    public SplitColumns Split { get; init; } = SplitColumns.None;

    /// <summary>The maximum number of cursors read at once.</summary>
    public int MaximumReaders { get; init; } = Environment.ProcessorCount;

    /// <summary>The processes that read the data together, each its share, and decide together how rows are stored; null for none.</summary>
    public RowPeers? Peers { get; init; }

    /// <summary>What messages say of a row: its number in all data, given its place in those that are read.</summary>
    public Func<long, long> NumberOf { get; init; } = place => place;

    /// <summary>How the last pass stored rows, once it has begun.</summary>
    public RowForm Form { get; private set; }

    /// <summary>The number of rows that the last pass read, those of weight 0 included.</summary>
    public long RowsRead { get; private set; }

    /// <summary>The number of features, one-hot blocks included.</summary>
    public int Width => _width;

    public bool HasWeights => _weight is not null;

    /// <summary>Reads all rows.</summary>
    /// <param name="data">The data.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <param name="gatherMoments">Whether <see cref="RowSet.Moments"/> will be needed.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or one is unusable; the message names the column, the row and the remedy.</exception>
    public RowSet Read(IDataView data, CancellationToken cancellationToken, bool gatherMoments = false)
    {
        var moments = gatherMoments ? new FeatureMoments(_width) : null;
        var blocks = new List<RowBlock>();
        foreach (var block in Blocks(data, () => false, cancellationToken))
        {
            moments?.Add(block);
            blocks.Add(block);
        }

        return new RowSet(_width, HasWeights, blocks) { Moments = moments, Split = Split };
    }

    /// <summary>
    /// Reads all rows in order, in blocks whose sizes depend only on the rows. Rows of weight 0 are dropped before anything else of them is
    /// read: data with them and data without them produce the same blocks.
    /// </summary>
    /// <param name="data">The data.</param>
    /// <param name="reuse">Asked before each block: whether its memory may be reused for the one after it.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <param name="chosen">How the rows are stored; null to decide by the first of them.</param>
    /// <exception cref="InvalidOperationException">There are no rows, or one is unusable; the message names the column, the row and the remedy.</exception>
    public IEnumerable<RowBlock> Blocks(IDataView data, Func<bool> reuse, CancellationToken cancellationToken, RowForm? chosen = null)
    {
        var form = chosen ?? (_width < SparseWidth ? RowForm.Dense : RowForm.AsStored);
        using var feed = Open(data, form);
        long read = 0;
        bool more = true, hasRows = false;
        BlockBuilder? probe = null;
        if (form == RowForm.AsStored)
        {
            probe = new BlockBuilder(_width, HasWeights, form, ProbeShare, Split.Keys);
            more = Fill(feed, probe, ref read, cancellationToken);
            form = IsSparse(probe) ? RowForm.Sparse : RowForm.Dense;
            feed.Form = form;
        }

        Form = form;
        var builder = new BlockBuilder(_width, HasWeights, form, splitKeys: Split.Keys);
        for (int taken = 0; taken < probe?.Rows;)
        {
            taken += builder.Add(probe.View, taken, probe.Rows - taken);
            if (taken == probe.Rows)
                break;
            hasRows = true;
            yield return reuse() ? builder.View : builder.Build();
            builder.Clear();
        }

        while (true)
        {
            if (more && !builder.IsFull)
                more = Fill(feed, builder, ref read, cancellationToken);
            if (builder.Rows == 0)
                break;
            hasRows = true;
            yield return reuse() ? builder.View : builder.Build();
            builder.Clear();
        }

        RowsRead = read;
        if (!hasRows && (Peers is null || chosen is not null))
            throw Nothing(read);
    }

    /// <summary>The error for data without rows to train on.</summary>
    /// <param name="read">The number of rows, those of weight 0 included.</param>
    public InvalidOperationException Nothing(long read) => read == 0 ? NoRows() : NoWeight();

    /// <summary>Whether rows are stored without their zeros: decided by the first of them, of all processes.</summary>
    private bool IsSparse(BlockBuilder probe)
    {
        double values = probe.ValueCount, slots = (double)probe.Rows * _width;
        if (Peers is not null)
        {
            double[][] all = Peers.Exchange(values, slots);
            (values, slots) = (all.Sum(each => each[0]), all.Sum(each => each[1]));
        }

        return SparseShare * values <= slots;
    }

    private InvalidOperationException NoRows() =>
        new($"The {(IsValidation ? "validation " : "")}data has no rows. Check the loader's path and separator, and any filter or split before the trainer.");

    private InvalidOperationException NoWeight() =>
        new($"Weight column '{_weight!.Value.Name}'{OfValidation} is 0 in every row: at least one row must have a weight above 0.");

    private string OfValidation => IsValidation ? " of the validation data" : "";

    private IRowFeed Open(IDataView data, RowForm form)
    {
        DataViewSchema.Column[] columns = [.. _input.Columns, _label, .. _weight is { } column ? [column] : Array.Empty<DataViewSchema.Column>(), .. Split.Columns];

        // Several cursors over rows in memory measured slower than one: handing a row over costs more than reading it.
        DataViewRowCursor[] cursors = MaximumReaders > 1 && data is not CacheDataView ? data.GetRowCursorSet(columns, MaximumReaders) : [data.GetRowCursor(columns)];
        try
        {
            CursorFeed[] feeds = [.. cursors.Select(cursor => new CursorFeed(cursor, _input, _label, _weight, Split))];

            // A single cursor is read on the caller's thread: handing rows over costs more than a cheap cursor could save.
            return feeds.Length == 1 ? feeds[0] : new ParallelFeed(feeds, _width, HasWeights, form, Split.Keys);
        }
        catch
        {
            foreach (var cursor in cursors)
                cursor.Dispose();
            throw;
        }
    }

    /// <summary>Fills a block with checked rows, those of weight 0 excluded, until it is full or there are no more rows.</summary>
    /// <param name="feed">Where they come from.</param>
    /// <param name="block">Where they go, after the rows it already has.</param>
    /// <param name="read">The number of rows read so far, those of weight 0 included.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    /// <returns>False at the end.</returns>
    private bool Fill(IRowFeed feed, BlockBuilder block, ref long read, CancellationToken cancellationToken)
    {
        bool more;
        do
        {
            int known = block.Rows;
            more = Fill(feed, block, known, read - known, cancellationToken);
            read += block.Rows - known;
            block.RemoveWeightless(known);
        }
        while (more && !block.IsFull);

        return more;
    }

    /// <summary>Adds rows to a block, those of weight 0 as placeholders, and checks them.</summary>
    /// <param name="feed">Where they come from.</param>
    /// <param name="block">Where they go.</param>
    /// <param name="known">How many rows the block already has; they were checked before.</param>
    /// <param name="first">The row's number in the data is this plus its place in the block.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    private bool Fill(IRowFeed feed, BlockBuilder block, int known, long first, CancellationToken cancellationToken)
    {
        bool more;
        try
        {
            more = feed.Fill(block, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Check(block.View, known, first); // an unusable row before the one that cannot be read is reported first
            if (exception is MalformedRowException malformed)
                throw Unusable(_input.Features, first + block.Rows, malformed.Fault);
            throw;
        }

        Check(block.View, known, first);
        return more;
    }

    private void Check(RowBlock block, int start, long first)
    {
        if (start == block.Rows)
            return;
        var features = block.Sparse is { } sparse ? sparse.Values.AsSpan(sparse.Starts[start]..sparse.Starts[block.Rows]) : block.Features.Span[(start * _width)..];
        var labels = block.Labels.Span[start..];
        var weights = HasWeights ? block.Weights.Span[start..] : [];
        var keys = block.SplitKeys.Span[(start * Split.Keys)..];
        bool isGood = (_allowMissingFeatures ? !TensorPrimitives.IsInfinityAny<float>(features) : TensorPrimitives.IsFiniteAll<float>(features))
            && TensorPrimitives.IsFiniteAll<float>(labels)
            && (_keys == 0 || TensorPrimitives.Max<float>(labels) < _keys)
            && (weights.Length == 0 || (TensorPrimitives.IsFiniteAll<float>(weights) && TensorPrimitives.Min<float>(weights) >= 0))
            && !keys.Contains(SplitColumns.Missing);
        if (isGood)
            return;
        var row = new float[_width];
        for (int i = 0; i < labels.Length; i++)
        {
            block.CopyRow(start + i, row);
            CheckFeatures(row, first + start + i);
            CheckLabel(labels[i], first + start + i);
            if (weights.Length > 0)
                CheckWeight(weights[i], first + start + i);
            CheckSplitKeys(keys.Slice(i * Split.Keys, Split.Keys), first + start + i);
        }
    }

    private void CheckFeatures(ReadOnlySpan<float> row, long position)
    {
        if (TensorPrimitives.IsFiniteAll(row))
            return;
        for (int i = 0; i < row.Length; i++)
        {
            if (float.IsInfinity(row[i]))
                throw Unusable(_input.Features, position, $"holds {row[i]} in {SlotName(i)}", "Replace infinite values, for example with a CustomMapping or by NaN, which means missing.");
            if (float.IsNaN(row[i]) && !_allowMissingFeatures)
                throw Unusable(_input.Features, position, $"holds a missing value (NaN) in {SlotName(i)}", "A model that was trained with ScaleFeatures on takes missing values as the mean; else add mlContext.Transforms.ReplaceMissingValues.");
        }
    }

    private void CheckLabel(float label, long position)
    {
        if (_keys > 0 && !(label < _keys))
            throw Unusable(_label, position, float.IsNaN(label) ? MissingKey() : new($"has key {label + 1}, where its type has {_keys},", "Correct what makes the column, or give its type as many keys as there are classes."));
        if (float.IsNaN(label))
            throw Unusable(_label, position, "has no value", "Remove such rows, for example with mlContext.Data.FilterRowsByMissingValues.");
        if (float.IsInfinity(label))
            throw Unusable(_label, position, $"is {label}", "Remove such rows, for example with mlContext.Data.FilterRowsByColumn, or mend what computes the label.");
    }

    private void CheckWeight(float weight, long position)
    {
        if (!(weight >= 0 && float.IsFinite(weight)))
            throw Unusable(_weight!.Value, position, $"is {weight}", "Example weights must be finite and at least 0.");
    }

    private void CheckSplitKeys(ReadOnlySpan<ulong> keys, long position)
    {
        int missing = keys.IndexOf(SplitColumns.Missing);
        if (missing < 0)
            return;
        var (column, what, remedy) = missing < Split.TimeStart
            ? (Split.Group!.Value, "has no value", "It is the sampling key, which says which rows stay together: give such rows a value, one each if they belong to no other row, or remove them.")
            : (Split.Time!.Value, "has no finite value", "It says which rows are later than which: remove such rows, for example with mlContext.Data.FilterRowsByMissingValues, or replace the value.");
        throw Unusable(column, position, what, remedy);
    }

    /// <summary>ML.NET turns every value that the key type does not hold into a missing one, so the message has to mention both.</summary>
    private RowFault MissingKey() => new(
        "has key 0, which means no value,",
        $"ML.NET gives key 0 to a row without a label, and to a label that is not among the {_keys} values of the column's key type. Remove rows without a label, for example with mlContext.Data.FilterRowsByMissingValues. If the label is there, fit MapValueToKey on data that holds every label or pass it all labels as keyData; values of a property with [KeyType(n)] go from 0 to n - 1, so it may need a larger n.");

    private InvalidOperationException Unusable(DataViewSchema.Column column, long position, string what, string remedy) => Unusable(column, position, new(what, remedy));

    private InvalidOperationException Unusable(DataViewSchema.Column column, long position, RowFault fault) => new(fault.In($"'{fault.Column ?? column.Name}'{OfValidation}", NumberOf(position)));

    private string SlotName(int slot)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        if (_input.Features.HasSlotNames())
            _input.Features.GetSlotNames(ref names);
        string name = names.Length > slot ? names.GetItemOrDefault(slot).ToString() : "";
        return name.Length == 0 ? $"slot {slot}" : $"slot {slot} ('{name}')";
    }
}
