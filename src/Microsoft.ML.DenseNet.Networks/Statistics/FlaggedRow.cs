namespace Microsoft.ML.DenseNet;

/// <summary>A row that is unlike those of the training.</summary>
/// <param name="Row">Its number among the rows checked, from 0.</param>
/// <param name="Flags">In which ways, by slot; at least one.</param>
public sealed record FlaggedRow(long Row, IReadOnlyList<RowFlag> Flags)
{
    /// <summary>The row's number and its flags.</summary>
    public override string ToString() => $"row {Row}: {string.Join("; ", Flags)}";
}
