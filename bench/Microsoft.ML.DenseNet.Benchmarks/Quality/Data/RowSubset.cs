namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Some rows of a data view, with its schema and annotations: those of one-hot slots decide how LightGbm splits categories.</summary>
internal sealed class RowSubset(IDataView source, IReadOnlyList<bool> keep) : IDataView
{
    public bool CanShuffle => false;

    public DataViewSchema Schema => source.Schema;

    public long? GetRowCount() => keep.Count(kept => kept);

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new RowSubsetCursor(source.GetRowCursor(columnsNeeded), keep);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
