using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Rows whose features, two numbers, are computed only where they are asked for, and counted. The label is the row's number.</summary>
internal sealed class LazyView(int rows, Action computed) : IDataView
{
    public DataViewSchema Schema { get; } = MakeSchema();

    public bool CanShuffle => false;

    public long? GetRowCount() => rows;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [new Cursor(this)];

    private static DataViewSchema MakeSchema()
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, 2));
        builder.AddColumn("Label", NumberDataViewType.Single);
        return builder.ToSchema();
    }

    private int Rows => rows;

    private void Compute(float number, ref VBuffer<float> value)
    {
        computed();
        new VBuffer<float>(2, [number, 1 - number]).CopyTo(ref value);
    }

    private sealed class Cursor(LazyView view) : DataViewRowCursor
    {
        private int _row = -1;

        public override DataViewSchema Schema => view.Schema;

        public override long Position => _row;

        public override long Batch => 0;

        public override bool MoveNext() => ++_row < view.Rows;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Name == "Features"
                ? (ValueGetter<VBuffer<float>>)((ref value) => view.Compute(_row, ref value))
                : (ValueGetter<float>)((ref value) => value = _row);
            return (ValueGetter<TValue>)getter;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref value) => value = new DataViewRowId((ulong)_row, 0);
    }
}
