namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Columns in memory, in the form that ML.NET reads. LoadFromEnumerable would need a type with a property for each column.</summary>
internal sealed class TableView : IDataView
{
    private readonly IReadOnlyList<TableColumn> _columns;

    public TableView(IReadOnlyList<TableColumn> columns)
    {
        _columns = columns;
        RowCount = columns[0].RowCount;

        var builder = new DataViewSchema.Builder();
        foreach (var column in columns)
        {
            if (column.RowCount != RowCount)
                throw new ArgumentException($"{column.Name} has {column.RowCount} rows, {columns[0].Name} has {RowCount}.", nameof(columns));
            builder.AddColumn(column.Name, column.Type);
        }

        Schema = builder.ToSchema();
    }

    public int RowCount { get; }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    public long? GetRowCount() => RowCount;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new TableCursor(this, _columns, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
