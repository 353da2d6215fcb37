using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <inheritdoc/>
internal sealed class CategoryReader<T> : CategoryReader
{
    private readonly DataViewSchema.Column _column;
    private readonly ValueGetter<T>? _scalar;
    private readonly ValueGetter<VBuffer<T>>? _vector;
    private readonly T[] _values;
    private VBuffer<T> _buffer;

    public CategoryReader(DataViewRow row, DataViewSchema.Column column)
    {
        _column = column;
        if (column.Type is VectorDataViewType vector)
        {
            _vector = row.GetGetter<VBuffer<T>>(column);
            _values = new T[vector.Size];
        }
        else
        {
            _scalar = row.GetGetter<T>(column);
            _values = new T[1];
        }
    }

    public override int Slots => _values.Length;

    public override void Read()
    {
        if (_vector is null)
        {
            _scalar!(ref _values[0]);
            return;
        }

        _vector(ref _buffer);
        if (_buffer.Length != _values.Length)
            throw new InvalidOperationException($"Column '{_column.Name}' holds a vector of {_buffer.Length}, where its type says {_values.Length}. Run all rows through the same fitted transforms.");
        _buffer.CopyTo(_values);
    }

    public override int Find(CategoryMap map, int slot) => map.Find(in _values[slot]);

    public override int FindOrAdd(CategoryMap map, int slot) => map.FindOrAdd(in _values[slot]);

    public override long Number(int slot) => CategoryMap.ToInt64(_values[slot]);

    public override ulong Hash(int slot)
    {
        if (_values[slot] is not ReadOnlyMemory<char> text)
            return EncodingFolds.Mix(unchecked((ulong)Number(slot)));
        ulong hash = 0;
        foreach (char letter in text.Span)
            hash = EncodingFolds.Mix(hash ^ letter);
        return hash;
    }
}
