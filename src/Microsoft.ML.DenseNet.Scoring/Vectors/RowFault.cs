namespace Microsoft.ML.DenseNet;

/// <summary>Why a row cannot be used.</summary>
/// <param name="What">A clause about its column: "holds ...".</param>
/// <param name="Remedy">What to do about it, in whole sentences.</param>
internal sealed record RowFault(string What, string Remedy)
{
    /// <summary>The column, if it is not the feature column.</summary>
    public string? Column { get; init; }

    /// <summary>The message, with the column and the row's number.</summary>
    public string In(string column, long row) => $"Column {column} {What} at row {row} (counted from 0). {Remedy}";
}
