namespace Microsoft.ML.DenseNet;

/// <summary>A bounded number of rows of a stream, from which any can be taken; used to shuffle the stream.</summary>
internal sealed class RowPool
{
    private readonly int _width;
    private readonly float[] _features;
    private readonly (int Count, int[] Slots, float[] Values)[] _sparse;
    private readonly float[] _labels;
    private readonly float[] _weights;

    /// <param name="width">The number of features.</param>
    /// <param name="hasWeights">Whether rows have weights.</param>
    /// <param name="isSparse">Whether rows are stored without their zeros.</param>
    /// <param name="capacity">The maximum number of rows.</param>
    public RowPool(int width, bool hasWeights, bool isSparse, int capacity)
    {
        _width = width;
        _features = isSparse ? [] : GC.AllocateUninitializedArray<float>(capacity * width);
        _sparse = isSparse ? new (int, int[], float[])[capacity] : [];
        Array.Fill(_sparse, (0, [], []));
        _labels = new float[capacity];
        _weights = hasWeights ? new float[capacity] : [];
        Capacity = capacity;
    }

    public int Capacity { get; }

    public int Count { get; private set; }

    /// <summary>Appends a row.</summary>
    public void Add(RowBlock block, int row) => Set(Count++, block, row);

    /// <summary>Drops the rows but keeps the memory.</summary>
    public void Clear() => Count = 0;

    /// <summary>Replaces a row with another.</summary>
    public void Set(int place, RowBlock block, int row)
    {
        if (block.Sparse is { } sparse)
        {
            var slots = sparse.RowSlots(row);
            ref var target = ref _sparse[place];
            if (target.Slots.Length < slots.Length)
                (target.Slots, target.Values) = (new int[slots.Length], new float[slots.Length]);
            slots.CopyTo(target.Slots);
            sparse.RowValues(row).CopyTo(target.Values);
            target.Count = slots.Length;
        }
        else
        {
            block.CopyRow(row, _features.AsSpan(place * _width, _width));
        }

        _labels[place] = block.Labels.Span[row];
        if (_weights.Length > 0)
            _weights[place] = block.Weights.Span[row];
    }

    /// <summary>Removes a row; the last row takes its place.</summary>
    public void Remove(int place)
    {
        int last = --Count;
        if (_sparse.Length > 0)
            (_sparse[place], _sparse[last]) = (_sparse[last], _sparse[place]);
        else
            _features.AsSpan(last * _width, _width).CopyTo(_features.AsSpan(place * _width));
        _labels[place] = _labels[last];
        if (_weights.Length > 0)
            _weights[place] = _weights[last];
    }

    public float Label(int place) => _labels[place];

    public float Weight(int place) => _weights.Length == 0 ? 1 : _weights[place];

    /// <summary>A dense row's features.</summary>
    public ReadOnlySpan<float> Features(int place) => _features.AsSpan(place * _width, _width);

    /// <summary>The slots of a sparse row's values.</summary>
    public ReadOnlySpan<int> Slots(int place) => _sparse[place].Slots.AsSpan(0, _sparse[place].Count);

    /// <summary>A sparse row's values.</summary>
    public ReadOnlySpan<float> Values(int place) => _sparse[place].Values.AsSpan(0, _sparse[place].Count);
}
