namespace Microsoft.ML.DenseNet;

/// <summary>Values of one column.</summary>
/// <param name="getter">The column's getter.</param>
internal class ColumnBuffer<T>(ValueGetter<T> getter) : ColumnBuffer
{
    private T[] _values = [];

    public override void Resize(int rows) => Array.Resize(ref _values, rows);

    public override int Take(int index)
    {
        getter(ref _values[index]);
        return Size(in _values[index]);
    }

    public override Delegate CreateGetter(Func<int> current)
    {
        return (ValueGetter<T>)Get;

        void Get(ref T value)
        {
            IsRead = true;
            int index = current();
            if (index < 0)
                getter(ref value);
            else
                Copy(in _values[index], ref value);
        }
    }

    private protected virtual int Size(in T value) => value is ReadOnlyMemory<char> text ? 1 + (text.Length / 2) : 1;

    /// <summary>Copies a value for a receiver, which may change what it gets.</summary>
    private protected virtual void Copy(in T source, ref T destination) => destination = source;
}
