using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A column in memory.</summary>
internal abstract class TableColumn(string name, DataViewType type)
{
    public string Name { get; } = name;

    public DataViewType Type { get; } = type;

    public abstract int RowCount { get; }

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the row where the cursor is.</summary>
    public abstract Delegate CreateGetter(DataViewRowCursor cursor);
}
