using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>The values behind a key column, as text.</summary>
internal static class KeyNames
{
    /// <summary>The values in their order; null where the column has none.</summary>
    public static IReadOnlyList<string>? Of(DataViewSchema.Column column)
    {
        if (!column.HasKeyValues())
            return null;
        var itemType = ((VectorDataViewType)column.Annotations.Schema[AnnotationUtils.Kinds.KeyValues].Type).ItemType;
        var read = new Func<DataViewSchema.Column, IReadOnlyList<string>>(Read<int>).Method.GetGenericMethodDefinition().MakeGenericMethod(itemType.RawType);
        return read.CreateDelegate<Func<DataViewSchema.Column, IReadOnlyList<string>>>()(column);
    }

    private static IReadOnlyList<string> Read<T>(DataViewSchema.Column column)
    {
        VBuffer<T> values = default;
        column.GetKeyValues(ref values);
        return [.. values.DenseValues().Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")];
    }
}
