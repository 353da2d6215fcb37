using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The rows of a process's share. Nothing of the others is asked for but their weight, so that a pipeline computes nothing else for them.
/// </summary>
/// <param name="source">All rows.</param>
/// <param name="share">The share.</param>
/// <param name="weight">The weight column; rows of weight 0 are left out and have no number. Null for none.</param>
internal sealed class ShareView(IDataView source, RowShare share, DataViewSchema.Column? weight) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => Open(columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded)];

    /// <summary>The number, in all data, of the row at a place among the share's: what a message should say.</summary>
    public long NumberOf(long place)
    {
        if (weight is null)
            return share.RowAt(place);
        using var cursor = Open([]);
        while (cursor.Position < place && cursor.MoveNext())
        {
        }

        return cursor.Row;
    }

    private Cursor Open(IEnumerable<DataViewSchema.Column> columns) =>
        new(source.GetRowCursor(weight is { } column ? columns.Append(column).DistinctBy(each => each.Index) : columns), share, weight);

    private sealed class Cursor : DataViewRowCursor
    {
        private readonly DataViewRowCursor _source;
        private readonly RowShare _share;
        private readonly ValueGetter<float>? _weight;
        private long _number = -1;
        private long _position = -1;

        public Cursor(DataViewRowCursor source, RowShare share, DataViewSchema.Column? weight)
        {
            _source = source;
            _share = share;
            _weight = weight is { } column ? source.GetGetter<float>(column) : null;
        }

        /// <summary>The row's number in all data, those of weight 0 included.</summary>
        public long Row { get; private set; } = -1;

        public override DataViewSchema Schema => _source.Schema;

        public override long Position => _position;

        public override long Batch => _source.Batch;

        public override bool MoveNext()
        {
            while (_source.MoveNext())
            {
                Row++;
                if (!Counts() || !_share.Has(++_number))
                    continue;
                _position++;
                return true;
            }

            return false;
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => _source.IsColumnActive(column);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _source.GetGetter<TValue>(column);

        public override ValueGetter<DataViewRowId> GetIdGetter() => _source.GetIdGetter();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _source.Dispose();
            base.Dispose(disposing);
        }

        /// <summary>Whether the row has a weight other than 0; one that is no weight at all is for its owner to report.</summary>
        private bool Counts()
        {
            float weight = 1;
            _weight?.Invoke(ref weight);
            return weight != 0;
        }
    }
}
