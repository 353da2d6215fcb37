using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Reads labels of any kind as numbers: classes count from 0, and a missing label is null.</summary>
internal static class LabelReader
{
    public static Func<double?> Create(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type switch
    {
        BooleanDataViewType => Read<bool>(cursor, column, value => value ? 1 : 0),
        KeyDataViewType { RawType: var raw } when raw == typeof(uint) => Read<uint>(cursor, column, value => value == 0 ? null : value - 1),
        KeyDataViewType { RawType: var raw } when raw == typeof(byte) => Read<byte>(cursor, column, value => value == 0 ? null : value - 1),
        KeyDataViewType { RawType: var raw } when raw == typeof(ushort) => Read<ushort>(cursor, column, value => value == 0 ? null : value - 1),
        KeyDataViewType => Read<ulong>(cursor, column, value => value == 0 ? null : value - 1),
        NumberDataViewType { RawType: var raw } when raw == typeof(float) => Read<float>(cursor, column, value => float.IsFinite(value) ? value : null),
        _ => throw new ArgumentException($"Label column '{column.Name}' is {column.Type}; it must be Boolean, a key or Single.", nameof(column)),
    };

    private static Func<double?> Read<T>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<T, double?> convert)
        where T : struct
    {
        var read = cursor.GetGetter<T>(column);
        T value = default;
        return () =>
        {
            read(ref value);
            return convert(value);
        };
    }
}
