using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A column in memory whose values have the raw type of its ML.NET type.</summary>
internal sealed class TableColumn<TValue>(string name, DataViewType type, TValue[] values) : TableColumn(name, type)
{
    public override int RowCount => values.Length;

    public override Delegate CreateGetter(DataViewRowCursor cursor) =>
        (ValueGetter<TValue>)((ref TValue value) => value = values[cursor.Position]);
}
