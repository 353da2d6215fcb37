using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// Data that counts what is read of it and can fail at will. Columns: Features, Number, Text, Stamp, Wide and Thing, an object that no
/// one may keep.
/// Every seventh row is sparse.
/// </summary>
internal sealed class ProbeView : IDataView
{
    /// <summary>A row's batch, as far as a set of cursors goes.</summary>
    private const int BatchLength = 16;

    public const int WideWidth = 300_000;

    private static readonly float[] Wide = new float[WideWidth];

    private readonly int _rows;
    private long _stamp;

    public ProbeView(int rows)
    {
        _rows = rows;
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, ScoringRow.Width));
        builder.AddColumn("Number", NumberDataViewType.Single);
        builder.AddColumn("Text", TextDataViewType.Instance);
        builder.AddColumn("Stamp", NumberDataViewType.Int64);
        builder.AddColumn("Wide", new VectorDataViewType(NumberDataViewType.Single, WideWidth));
        builder.AddColumn("Thing", new ThingType());
        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => true;

    /// <summary>How often the input moved, how often each column was read, how many cursors were opened and disposed.</summary>
    public int Moves;

    public int FeatureReads;

    public int NumberReads;

    public int Opened;

    public int Disposed;

    /// <summary>The row at which reading that thing fails; -1 for never.</summary>
    public int FailingFeatures { get; set; } = -1;

    public int FailingNumber { get; set; } = -1;

    public int FailingMove { get; set; } = -1;

    /// <summary>The row whose features are too short.</summary>
    public int ShortRow { get; set; } = -1;

    /// <summary>Whether values depend on how often they have been read.</summary>
    public bool Unrepeatable { get; set; }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new Cursor(this, columnsNeeded, [.. Order(rand)], 0, 1);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        int[] order = [.. Order(rand)];
        return [.. Enumerable.Range(0, n).Select(part => new Cursor(this, columnsNeeded, order, part, n))];
    }

    public static VBuffer<float> Features(int row, int salt = 0)
    {
        var random = new Random((row * 31) + salt);
        float[] values = [.. Enumerable.Range(0, ScoringRow.Width).Select(_ => (random.NextSingle() * 4) - 2)];
        return row % 7 == 3 ? new VBuffer<float>(ScoringRow.Width, 2, values, [1, 3]) : new VBuffer<float>(ScoringRow.Width, values);
    }

    private IEnumerable<int> Order(Random? rand)
    {
        var rows = Enumerable.Range(0, _rows);
        return rand is null ? rows : rows.OrderBy(_ => rand.Next());
    }

    internal sealed class Thing(int row)
    {
        public int Row => row;
    }

    private sealed class ThingType() : StructuredDataViewType(typeof(Thing))
    {
        public override bool Equals(DataViewType? other) => other is ThingType;
    }

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly ProbeView _view;
        private readonly HashSet<int> _active;
        private readonly int[] _order;
        private readonly int[] _mine;
        private long _position = -1;
        private bool _disposed;
        private int _salt;

        public Cursor(ProbeView view, IEnumerable<DataViewSchema.Column> columns, int[] order, int part, int parts)
        {
            _view = view;
            _active = [.. columns.Select(column => column.Index)];
            _order = order;
            _mine = [.. Enumerable.Range(0, order.Length).Where(i => i / BatchLength % parts == part)];
            Interlocked.Increment(ref view.Opened);
        }

        public override DataViewSchema Schema => _view.Schema;

        public override long Position => _position;

        public override long Batch => _mine[_position] / BatchLength;

        private int Row => _order[_mine[_position]];

        public override bool MoveNext()
        {
            Assert.IsFalse(_disposed);
            Interlocked.Increment(ref _view.Moves);
            if (_position + 1 < _mine.Length && _order[_mine[_position + 1]] == _view.FailingMove)
                throw new IOException("move");
            if (_position + 1 >= _mine.Length)
            {
                _position = -1;
                return false;
            }

            _position++;
            _salt = _view.Unrepeatable ? (int)Interlocked.Increment(ref _view._stamp) : 0;
            return true;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _active.Contains(column.Index);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Assert.IsTrue(IsColumnActive(column));
            Delegate getter = column.Name switch
            {
                "Features" => (ValueGetter<VBuffer<float>>)GetFeatures,
                "Number" => (ValueGetter<float>)GetNumber,
                "Text" => (ValueGetter<ReadOnlyMemory<char>>)((ref value) => value = $"row {Row}".AsMemory()),
                "Stamp" => (ValueGetter<long>)((ref value) => value = _salt),
                "Wide" => (ValueGetter<VBuffer<float>>)((ref value) => value = new VBuffer<float>(WideWidth, Wide)),
                _ => (ValueGetter<Thing>)((ref value) => value = new Thing(Row)),
            };
            return (ValueGetter<TValue>)getter;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref value) => value = new DataViewRowId((ulong)Row, 5);

        protected override void Dispose(bool disposing)
        {
            if (!_disposed)
                Interlocked.Increment(ref _view.Disposed);
            _disposed = true;
            base.Dispose(disposing);
        }

        private void GetFeatures(ref VBuffer<float> value)
        {
            Interlocked.Increment(ref _view.FeatureReads);
            if (Row == _view.FailingFeatures)
                throw new IOException("features");
            if (Row == _view.ShortRow)
                value = new VBuffer<float>(2, [1, 2]);
            else
                Features(Row, _salt).CopyTo(ref value);
        }

        private void GetNumber(ref float value)
        {
            Interlocked.Increment(ref _view.NumberReads);
            if (Row == _view.FailingNumber)
                throw new IOException("number");
            value = Row;
        }
    }
}
