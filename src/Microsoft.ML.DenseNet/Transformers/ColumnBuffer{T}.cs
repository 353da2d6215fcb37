namespace Microsoft.ML.DenseNet;

/// <summary>Values of one column.</summary>
/// <param name="getter">The column's getter.</param>
internal class ColumnBuffer<T>(ValueGetter<T> getter) : ColumnBuffer
{
    private T[] _values = [];

    /// <summary>The value that was taken for a row.</summary>
    public ref readonly T this[int index] => ref _values[index];

    public override void Resize(int rows) => Array.Resize(ref _values, rows);

    public override void Take(int index) => getter(ref _values[index]);

    public override Delegate CreateGetter(Func<int> current)
    {
        return (ValueGetter<T>)Get;

        void Get(ref T value)
        {
            int index = current();
            if (index < 0)
                getter(ref value);
            else
                Copy(in _values[index], ref value);
        }
    }

    /// <summary>Hands a value out: the receiver may change what it gets.</summary>
    private protected virtual void Copy(in T source, ref T destination) => destination = source;
}
