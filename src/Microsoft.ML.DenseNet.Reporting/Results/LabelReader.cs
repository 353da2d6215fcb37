using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Reads labels of any kind as numbers: classes count from 0. A missing label is null, as is a key above its type's count.</summary>
internal static class LabelReader
{
    public static Func<double?> Create(DataViewRowCursor cursor, DataViewSchema.Column column) => column.Type switch
    {
        BooleanDataViewType => Read<bool>(cursor, column, value => value ? 1 : 0),
        KeyDataViewType { RawType: var raw, Count: var keys } when raw == typeof(uint) => Read<uint>(cursor, column, value => Class(value, keys)),
        KeyDataViewType { RawType: var raw, Count: var keys } when raw == typeof(byte) => Read<byte>(cursor, column, value => Class(value, keys)),
        KeyDataViewType { RawType: var raw, Count: var keys } when raw == typeof(ushort) => Read<ushort>(cursor, column, value => Class(value, keys)),
        KeyDataViewType { Count: var keys } => Read<ulong>(cursor, column, value => Class(value, keys)),
        NumberDataViewType { RawType: var raw } when raw == typeof(float) => Read<float>(cursor, column, value => float.IsFinite(value) ? value : null),
        _ => throw new ArgumentException($"Label column '{column.Name}' is {column.Type}; it must be Boolean, a key or Single.", nameof(column)),
    };

    private static double? Class(ulong key, ulong keys) => key == 0 || key > keys ? null : key - 1;

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
