namespace Microsoft.ML.DenseNet;

/// <summary>A row that is unlike those of the training.</summary>
public sealed record FlaggedRow
{
    internal FlaggedRow(long row, IReadOnlyList<RowFlag> flags) =>
        (Row, Flags) = (row, flags);

    /// <summary>Its number among the rows checked, from 0.</summary>
    public long Row { get; }

    /// <summary>In which ways, by slot; at least one.</summary>
    public IReadOnlyList<RowFlag> Flags { get; }

    /// <summary>The row's number and its flags.</summary>
    public override string ToString() => $"row {Row}: {string.Join("; ", Flags)}";
}
