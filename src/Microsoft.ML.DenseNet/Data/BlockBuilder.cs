using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Collects rows for a <see cref="RowBlock"/>. Rows are added one by one, without an allocation for each.</summary>
internal sealed class BlockBuilder
{
    /// <summary>Roughly how many values a block holds: 256 KB, so that what was just read is still in the cache when it is checked.</summary>
    private const int BlockValues = 1 << 16;

    private const int MaximumRows = 1 << 16;

    private readonly bool _hasWeights;
    private readonly int _capacity;
    private readonly int _valueCapacity;
    private float[] _features = [];
    private readonly int _splitKeys;
    private ulong[] _keys = [];
    private int[] _starts = [];
    private int[] _slots = [];
    private float[] _values = [];

    /// <param name="width">The number of features.</param>
    /// <param name="hasWeights">Whether rows have weights.</param>
    /// <param name="form">How features are stored.</param>
    /// <param name="share">The builder counts as full at 1 / share of a whole block.</param>
    /// <param name="splitKeys">The number of keys that each row has in the <see cref="SplitColumns"/>.</param>
    public BlockBuilder(int width, bool hasWeights, RowForm form, int share = 1, int splitKeys = 0)
    {
        _splitKeys = splitKeys;
        Width = width;
        Form = form;
        _hasWeights = hasWeights;
        _capacity = IsSparse ? MaximumRows / share : Math.Clamp(BlockValues / share / width, 1, MaximumRows / share);
        _valueCapacity = BlockValues / share;
        Clear();
    }

    public int Width { get; }

    public RowForm Form { get; }

    public int Rows { get; private set; }

    /// <summary>The number of values stored for sparse rows.</summary>
    public int ValueCount { get; private set; }

    /// <summary>Whether the block has reached its size, which depends only on the rows in it.</summary>
    public bool IsFull => Rows == _capacity || ValueCount >= _valueCapacity;

    public float[] Labels { get; private set; } = [];

    /// <summary>As long as <see cref="Labels"/>; empty where rows have no weights.</summary>
    public float[] Weights { get; private set; } = [];

    /// <summary>The rows so far, in the builder's own memory.</summary>
    public RowBlock View => new(
        Rows,
        IsSparse ? default : _features.AsMemory(0, Rows * Width),
        Labels.AsMemory(0, Rows),
        _hasWeights ? Weights.AsMemory(0, Rows) : default,
        IsSparse ? new SparseRows(Width, _starts, _slots, _values) : null) { SplitKeys = _keys.AsMemory(0, Rows * _splitKeys) };

    /// <summary>A row's keys in the <see cref="SplitColumns"/>.</summary>
    public Span<ulong> SplitKeys(int row) => _keys.AsSpan(row * _splitKeys, _splitKeys);

    private bool IsSparse => Form != RowForm.Dense;

    /// <summary>Adds a row's features. Write its label and weight to <see cref="Labels"/> and <see cref="Weights"/> at <see cref="Rows"/> first.</summary>
    /// <param name="row">A vector of this width in which <see cref="FeatureVector.FindFault"/> found no fault.</param>
    public void Add(in VBuffer<float> row)
    {
        var values = row.GetValues();
        if (IsSparse)
        {
            if (row.IsDense)
                AddDense(values);
            else
                AddSparse(row.GetIndices(), values);
        }
        else if (row.IsDense)
        {
            values.CopyTo(_features.AsSpan(Rows * Width));
        }
        else
        {
            var target = _features.AsSpan(Rows * Width, Width);
            target.Clear();
            var slots = row.GetIndices();
            for (int i = 0; i < slots.Length; i++)
                target[slots[i]] = values[i];
        }

        Rows++;
    }

    /// <summary>
    /// Adds a placeholder for a row of weight 0, whose label and features are never read. It keeps the row numbers in messages
    /// right, until <see cref="RemoveWeightless"/>.
    /// </summary>
    public void AddWeightless()
    {
        Labels[Rows] = 0;
        Weights[Rows] = 0;
        SplitKeys(Rows).Fill(SplitColumns.Missing + 1); // missing ones would be reported
        if (IsSparse)
            _starts[Rows + 1] = ValueCount;
        else
            _features.AsSpan(Rows * Width, Width).Clear();
        Rows++;
    }

    /// <summary>Adds rows of a block until all are taken or this builder is full.</summary>
    /// <returns>The number of rows taken.</returns>
    public int Add(RowBlock block, int start, int count)
    {
        int taken;
        if (IsSparse)
        {
            for (taken = 0; taken < count && !IsFull; taken++)
            {
                int row = start + taken;
                if (block.Sparse is { } sparse)
                    AddSparse(sparse.RowSlots(row), sparse.RowValues(row));
                else
                    AddDense(block.Features.Span.Slice(row * Width, Width));
                Labels[Rows] = block.Labels.Span[row];
                if (_hasWeights)
                    Weights[Rows] = block.Weights.Span[row];
                CopySplitKeys(block, row, 1);
                Rows++;
            }

            return taken;
        }

        taken = Math.Min(count, _capacity - Rows);
        var target = _features.AsSpan(Rows * Width, taken * Width);
        var rows = block.DenseRows(start, taken, Width, target);
        if (block.Sparse is null)
            rows.CopyTo(target);
        block.Labels.Span.Slice(start, taken).CopyTo(Labels.AsSpan(Rows));
        if (_hasWeights)
            block.Weights.Span.Slice(start, taken).CopyTo(Weights.AsSpan(Rows));
        CopySplitKeys(block, start, taken);
        Rows += taken;
        return taken;
    }

    /// <summary>Turns the rows so far into a block with its own memory, and starts over.</summary>
    public RowBlock Build()
    {
        RowBlock block;
        if (!IsSparse && Rows == _capacity)
        {
            block = View;
            (_features, Labels, _keys) = ([], [], []);
        }
        else
        {
            block = new RowBlock(
                Rows,
                IsSparse ? default : Copy(_features, Rows * Width),
                Copy(Labels, Rows),
                _hasWeights ? Copy(Weights, Rows) : default,
                IsSparse ? new SparseRows(Width, Copy(_starts, Rows + 1), Copy(_slots, ValueCount), Copy(_values, ValueCount)) : null) { SplitKeys = Copy(_keys, Rows * _splitKeys) };
        }

        Clear();
        return block;
    }

    /// <summary>Removes the placeholders of rows of weight 0.</summary>
    /// <param name="first">The first row that may be a placeholder; earlier rows stay as they are.</param>
    public void RemoveWeightless(int first)
    {
        if (!_hasWeights || !Weights.AsSpan(first, Rows - first).Contains(0))
            return;
        int kept = first, valueCount = IsSparse ? _starts[first] : 0;
        for (int row = first, start = valueCount, end; row < Rows; row++, start = end)
        {
            end = IsSparse ? _starts[row + 1] : 0;
            if (Weights[row] == 0)
                continue;
            if (IsSparse)
            {
                _slots.AsSpan(start, end - start).CopyTo(_slots.AsSpan(valueCount));
                _values.AsSpan(start, end - start).CopyTo(_values.AsSpan(valueCount));
                valueCount += end - start;
                _starts[kept + 1] = valueCount;
            }
            else
            {
                _features.AsSpan(row * Width, Width).CopyTo(_features.AsSpan(kept * Width));
            }

            Labels[kept] = Labels[row];
            Weights[kept] = Weights[row];
            SplitKeys(row).CopyTo(SplitKeys(kept));
            kept++;
        }

        Rows = kept;
        ValueCount = valueCount;
    }

    /// <summary>Drops the rows but keeps the memory.</summary>
    public void Clear()
    {
        if (!IsSparse && _features.Length == 0)
            _features = GC.AllocateUninitializedArray<float>(_capacity * Width);
        if (Labels.Length == 0)
        {
            Labels = new float[_capacity];
            Weights = _hasWeights ? new float[_capacity] : [];
        }

        if (_splitKeys > 0 && _keys.Length == 0)
            _keys = new ulong[_capacity * _splitKeys];
        if (IsSparse && _starts.Length == 0)
            _starts = new int[_capacity + 1];
        Rows = 0;
        ValueCount = 0;
    }

    private static T[] Copy<T>(T[] values, int count) => values.AsSpan(0, count).ToArray();

    private void CopySplitKeys(RowBlock block, int start, int count)
    {
        if (_splitKeys > 0)
            block.SplitKeys.Span.Slice(start * _splitKeys, count * _splitKeys).CopyTo(_keys.AsSpan(Rows * _splitKeys));
    }

    private void AddDense(ReadOnlySpan<float> values)
    {
        Reserve(values.Length);
        int count = ValueCount;
        for (int i = 0; i < values.Length; i++)
        {
            _slots[count] = i;
            _values[count] = values[i];
            if (values[i] != 0 || Form == RowForm.AsStored)
                count++;
        }

        ValueCount = count;
        _starts[Rows + 1] = count;
    }

    /// <summary>Stored zeros are dropped in the final forms, so that the block does not depend on how the row was stored.</summary>
    private void AddSparse(ReadOnlySpan<int> slots, ReadOnlySpan<float> values)
    {
        Reserve(values.Length);
        int count = ValueCount;
        if (Form == RowForm.AsStored || !values.Contains(0))
        {
            slots.CopyTo(_slots.AsSpan(count));
            values.CopyTo(_values.AsSpan(count));
            count += values.Length;
        }
        else
        {
            for (int i = 0; i < values.Length; i++)
            {
                _slots[count] = slots[i];
                _values[count] = values[i];
                if (values[i] != 0)
                    count++;
            }
        }

        ValueCount = count;
        _starts[Rows + 1] = count;
    }

    private void Reserve(int count)
    {
        int needed = ValueCount + count;
        if (needed <= _values.Length)
            return;
        int length = Math.Max(needed, Math.Max(1024, 2 * _values.Length));
        Array.Resize(ref _slots, length);
        Array.Resize(ref _values, length);
    }
}
