using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>The names of a vector column's slots, as text.</summary>
internal static class SlotNames
{
    /// <summary>Returns the name of each slot, empty for one without; null if the column names none, or more than a network keeps.</summary>
    public static IReadOnlyList<string>? Of(DataViewSchema.Column column)
    {
        // Words may have millions of names, which the transform that made them already holds.
        if (!column.HasSlotNames() || column.Type is not VectorDataViewType { Size: <= NetworkSignature.MaximumNames })
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
