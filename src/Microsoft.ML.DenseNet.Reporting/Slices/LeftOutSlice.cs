namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Values of a column that have too few rows for a slice, even together.</summary>
/// <param name="Column">The column.</param>
/// <param name="ValueCount">The number of values.</param>
/// <param name="RowCount">The number of rows.</param>
public sealed record LeftOutSlice(string Column, int ValueCount, int RowCount);
