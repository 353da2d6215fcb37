using System.IO.Hashing;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads the groups that <see cref="DenseNetOptions.SamplingKeyColumnName"/> gives to rows, as hashes: equal values have equal hashes.</summary>
internal static class GroupKeys
{
    /// <summary>Whether the values of a column can name groups: one value a row, of any type of ML.NET's but images and the like.</summary>
    public static bool CanRead(DataViewType type) => type is KeyDataViewType or NumberDataViewType or TextDataViewType or BooleanDataViewType
        or DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType or RowIdDataViewType;

    /// <summary>Returns a function that hashes the value of the cursor's row; <see cref="SplitColumns.Missing"/> for a missing one.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="column">A column that <see cref="CanRead"/>.</param>
    public static Func<ulong> Getter(DataViewRow cursor, DataViewSchema.Column column)
    {
        bool isKey = column.Type is KeyDataViewType;
        return column.Type.RawType switch
        {
            var type when type == typeof(ReadOnlyMemory<char>) => Hash<ReadOnlyMemory<char>>(cursor, column, text => text.IsEmpty, text => Of(MemoryMarshal.AsBytes(text.Span))),
            var type when type == typeof(float) => Hash<float>(cursor, column, float.IsNaN, value => Of(value == 0 ? 0 : value)), // -0 equals 0
            var type when type == typeof(double) => Hash<double>(cursor, column, double.IsNaN, value => Of(value == 0 ? 0 : value)),
            var type when type == typeof(bool) => Hash<bool>(cursor, column, value => Of(value)),
            var type when type == typeof(byte) => Integer<byte>(cursor, column, isKey),
            var type when type == typeof(sbyte) => Integer<sbyte>(cursor, column, isKey),
            var type when type == typeof(ushort) => Integer<ushort>(cursor, column, isKey),
            var type when type == typeof(short) => Integer<short>(cursor, column, isKey),
            var type when type == typeof(uint) => Integer<uint>(cursor, column, isKey),
            var type when type == typeof(int) => Integer<int>(cursor, column, isKey),
            var type when type == typeof(ulong) => Integer<ulong>(cursor, column, isKey),
            var type when type == typeof(long) => Integer<long>(cursor, column, isKey),
            var type when type == typeof(DateTime) => Hash<DateTime>(cursor, column, value => Of(value.Ticks)),
            var type when type == typeof(DateTimeOffset) => Hash<DateTimeOffset>(cursor, column, value => Of(value.UtcTicks)),
            var type when type == typeof(TimeSpan) => Hash<TimeSpan>(cursor, column, value => Of(value.Ticks)),
            _ => Hash<DataViewRowId>(cursor, column, value => Of((value.High, value.Low))),
        };
    }

    private static Func<ulong> Integer<T>(DataViewRow cursor, DataViewSchema.Column column, bool isKey)
        where T : unmanaged, IEquatable<T> => Hash<T>(cursor, column, value => isKey && value.Equals(default), value => Of(value)); // key 0 is a missing one

    private static Func<ulong> Hash<T>(DataViewRow cursor, DataViewSchema.Column column, Func<T, ulong> hash) => Hash(cursor, column, _ => false, hash);

    private static Func<ulong> Hash<T>(DataViewRow cursor, DataViewSchema.Column column, Func<T, bool> isMissing, Func<T, ulong> hash)
    {
        var read = cursor.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            read(ref value);
            return isMissing(value) ? SplitColumns.Missing : Math.Max(hash(value), SplitColumns.Missing + 1);
        };
    }

    private static ulong Of<T>(T value)
        where T : unmanaged => Of(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    private static ulong Of(ReadOnlySpan<byte> bytes) => XxHash3.HashToUInt64(bytes);
}
