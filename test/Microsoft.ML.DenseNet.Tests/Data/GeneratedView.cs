using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// Rows that a function makes as they are read, by one cursor or by several at once, whose batches are dealt out unevenly. Columns:
/// Features, Label (Boolean, Single or a key) and Weight. It counts cursors and can fail at will.
/// </summary>
internal sealed class GeneratedView : IDataView
{
    private const int BatchLength = 7;

    private readonly Func<int, GeneratedRow> _make;
    private readonly DataViewType _labelType;

    /// <param name="rows">The number of rows.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="make">Makes a row from its number.</param>
    /// <param name="isBoolean">Whether labels are Boolean.</param>
    /// <param name="keys">The keys of the label's type, whose values are handed out as they are; 0 where it is no key.</param>
    public GeneratedView(int rows, int width, Func<int, GeneratedRow> make, bool isBoolean = true, int keys = 0)
    {
        Rows = rows;
        _make = make;
        _labelType = keys > 0 ? new KeyDataViewType(typeof(uint), keys) : isBoolean ? BooleanDataViewType.Instance : NumberDataViewType.Single;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, width));
        builder.AddColumn("Label", _labelType);
        builder.AddColumn("Weight", NumberDataViewType.Single);
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    public int Rows { get; set; }

    /// <summary>The most cursors that a set has.</summary>
    public int MaximumCursors { get; init; } = int.MaxValue;

    /// <summary>The row whose features cannot be read; -1 for none.</summary>
    public int FailingRow { get; set; } = -1;

    /// <summary>Called for every row that is read.</summary>
    public Action<int>? OnRow { get; set; }

    public int Opened;

    public int Disposed;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(this, 0, 1);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        int count = Math.Min(n, MaximumCursors);
        return [.. Enumerable.Range(0, count).Select(part => new Cursor(this, part, count))];
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly GeneratedView _view;
        private readonly int _part;
        private readonly int _parts;
        private GeneratedRow _current;
        private int _row = -1;
        private long _position = -1;
        private bool _disposed;

        public Cursor(GeneratedView view, int part, int parts)
        {
            _view = view;
            _part = part;
            _parts = parts;
            Interlocked.Increment(ref view.Opened);
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _position;

        public override long Batch => 3L * (_row / BatchLength); // numbers need not be without gaps

        public override bool MoveNext()
        {
            Assert.IsFalse(_disposed);
            do
            {
                _row++;
            }
            while (_row < _view.Rows && (int)((uint)(_row / BatchLength * 2654435761L) >> 8) % _parts != _part);

            if (_row >= _view.Rows)
                return false;
            _position++;
            _view.OnRow?.Invoke(_row);
            _current = _view._make(_row);
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Name switch
            {
                "Features" => (ValueGetter<VBuffer<float>>)GetFeatures,
                "Weight" => (ValueGetter<float>)((ref value) => value = _current.Weight),
                _ when _view._labelType is KeyDataViewType => (ValueGetter<uint>)((ref value) => value = (uint)_current.Label),
                _ when _view._labelType is BooleanDataViewType => (ValueGetter<bool>)((ref value) => value = _current.Label != 0),
                _ => (ValueGetter<float>)((ref value) => value = _current.Label),
            };
            return (ValueGetter<TValue>)getter;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref value) => value = new DataViewRowId((ulong)_row, 0);

        protected override void Dispose(bool disposing)
        {
            if (!_disposed)
                Interlocked.Increment(ref _view.Disposed);
            _disposed = true;
            base.Dispose(disposing);
        }

        private void GetFeatures(ref VBuffer<float> value)
        {
            if (_row == _view.FailingRow)
                throw new IOException($"row {_row}");
            _current.Features.CopyTo(ref value);
        }
    }
}
