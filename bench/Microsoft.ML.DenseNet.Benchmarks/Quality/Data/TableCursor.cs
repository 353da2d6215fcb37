using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Iterates over the rows of a <see cref="TableView"/>.</summary>
internal sealed class TableCursor : DataViewRowCursor
{
    private readonly TableView _view;
    private readonly Delegate?[] _getters;
    private long _position = -1;

    public TableCursor(TableView view, IReadOnlyList<TableColumn> columns, IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        _view = view;
        _getters = new Delegate?[columns.Count];
        foreach (var column in columnsNeeded)
            _getters[column.Index] = columns[column.Index].CreateGetter(this);
    }

    public override DataViewSchema Schema => _view.Schema;

    public override long Position => _position;

    public override long Batch => 0;

    public override bool IsColumnActive(DataViewSchema.Column column) => _getters[column.Index] is not null;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        _getters[column.Index] switch
        {
            ValueGetter<TValue> getter => getter,
            null => throw new InvalidOperationException($"The cursor was not asked for {column.Name}."),
            _ => throw new InvalidOperationException($"{column.Name} is {column.Type}, not {typeof(TValue)}."),
        };

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId value) => value = new DataViewRowId((ulong)_position, 0);

    public override bool MoveNext()
    {
        if (_position < _view.RowCount)
            _position++;
        return _position < _view.RowCount;
    }
}
