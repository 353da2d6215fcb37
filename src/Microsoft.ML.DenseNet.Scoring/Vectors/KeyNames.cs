using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>The values that a key column's keys refer to, as text. The column may be a vector of keys.</summary>
internal static class KeyNames
{
    /// <summary>Returns the values in order; null if the column has none.</summary>
    public static IReadOnlyList<string>? Of(DataViewSchema.Column column)
    {
        // HasKeyValues requires text; the values of a key made of numbers are numbers.
        var type = (column.Type as VectorDataViewType)?.ItemType ?? column.Type;
        if (type is not KeyDataViewType || column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues)?.Type is not VectorDataViewType { ItemType: var itemType })
            return null;
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
