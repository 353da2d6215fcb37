using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A column in memory.</summary>
internal abstract class TableColumn(string name, DataViewType type)
{
    public string Name { get; } = name;

    public DataViewType Type { get; } = type;

    public abstract int RowCount { get; }

    /// <summary>Creates a <see cref="ValueGetter{TValue}"/> for the row that the cursor is on.</summary>
    public abstract Delegate CreateGetter(DataViewRowCursor cursor);
}
