using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <inheritdoc/>
/// <typeparam name="TKey">The type of a key in memory, an unsigned integer.</typeparam>
internal sealed class KeyBlockReader<TKey> : KeyBlockReader
    where TKey : unmanaged, IBinaryInteger<TKey>
{
    private readonly ValueGetter<TKey>? _readKey;
    private readonly ValueGetter<VBuffer<TKey>>? _readKeys;
    private readonly CategoryColumn _category;
    private readonly int _start;
    private TKey _key;
    private VBuffer<TKey> _keys;

    /// <inheritdoc cref="KeyBlockReader.Create"/>
    public KeyBlockReader(DataViewRow row, DataViewSchema.Column column, CategoryColumn category, int start)
    {
        _category = category;
        _start = start;
        if (column.Type is VectorDataViewType)
            _readKeys = row.GetGetter<VBuffer<TKey>>(column);
        else
            _readKey = row.GetGetter<TKey>(column);
    }

    public override int SlotCount => _category.SlotCount;

    public override RowFault? Read(Span<int> inputs, ref int count)
    {
        if (_readKey is not null)
        {
            _readKey(ref _key);
            Add(0, _key, inputs, ref count);
            return null;
        }

        _readKeys!(ref _keys);
        if (FeatureVector.FindFault(in _keys, SlotCount) is { } fault)
            return fault with { Column = _category.Name };
        var values = _keys.GetValues();
        var indices = _keys.GetIndices();
        for (int i = 0; i < values.Length; i++)
            Add(_keys.IsDense ? i : indices[i], values[i], inputs, ref count);
        return null;
    }

    private void Add(int slot, TKey key, Span<int> inputs, ref int count)
    {
        ulong number = ulong.CreateTruncating(key);
        if (number - 1 < (ulong)_category.KeyCount) // 0, a missing key, wraps around
            inputs[count++] = _start + (slot * _category.KeyCount) + (int)(number - 1);
    }
}
