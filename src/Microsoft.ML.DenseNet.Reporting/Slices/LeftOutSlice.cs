namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Values of a column that have too few rows for a slice, even together.</summary>
public sealed record LeftOutSlice
{
    internal LeftOutSlice(string column, int valueCount, int rowCount) =>
        (Column, ValueCount, RowCount) = (column, valueCount, rowCount);

    /// <summary>The column.</summary>
    public string Column { get; }

    /// <summary>The number of values.</summary>
    public int ValueCount { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }
}
