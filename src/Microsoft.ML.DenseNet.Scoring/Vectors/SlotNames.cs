using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>The names of a vector column's slots, as text.</summary>
internal static class SlotNames
{
    /// <summary>Returns the name of each slot, empty for one without; null if the column names none, or more than a network keeps.</summary>
    public static IReadOnlyList<string>? Of(DataViewSchema.Column column)
    {
        // Words may have millions of names, which the transform that made them already holds.
        return column.Type is VectorDataViewType { Size: <= NetworkSignature.MaximumNames } ? All(column) : null;
    }

    /// <summary>Returns the name of each slot, however many there are; null if the column names none.</summary>
    public static string[]? All(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
