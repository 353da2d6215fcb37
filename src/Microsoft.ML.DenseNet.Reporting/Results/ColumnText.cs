using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Reads the names that columns carry as annotations.</summary>
internal static class ColumnText
{
    /// <summary>The names of a key column's values; numbered if they have none.</summary>
    public static string[] KeyValues(DataViewSchema.Column column, int count, string what = "class") => Read(column, "KeyValues", count, what);

    /// <summary>The names of a vector column's slots; numbered if they have none.</summary>
    public static string[] SlotNames(DataViewSchema.Column column, int count) => Read(column, "SlotNames", count, "feature");

    private static string[] Read(DataViewSchema.Column column, string kind, int count, string what)
    {
        string[] names = [.. Enumerable.Range(0, count).Select(index => $"{what} {index}")];
        if (column.Annotations.Schema.GetColumnOrNull(kind) is not { Type: VectorDataViewType type })
            return names;
        if (type.ItemType is TextDataViewType)
            Fill<ReadOnlyMemory<char>>(text => text.ToString());
        else if (type.ItemType.RawType == typeof(float))
            Fill<float>(value => value.ToString(CultureInfo.InvariantCulture));
        else if (type.ItemType.RawType == typeof(double))
            Fill<double>(value => value.ToString(CultureInfo.InvariantCulture));
        else if (type.ItemType.RawType == typeof(int))
            Fill<int>(value => value.ToString(CultureInfo.InvariantCulture));
        else if (type.ItemType.RawType == typeof(uint))
            Fill<uint>(value => value.ToString(CultureInfo.InvariantCulture));
        else if (type.ItemType.RawType == typeof(bool))
            Fill<bool>(value => value ? "true" : "false");
        return names;

        void Fill<T>(Func<T, string> text)
        {
            VBuffer<T> values = default;
            column.Annotations.GetValue(kind, ref values);
            int index = 0;
            foreach (var value in values.DenseValues())
            {
                if (index < names.Length && text(value) is { Length: > 0 } name)
                    names[index] = name;
                index++;
            }
        }
    }
}
