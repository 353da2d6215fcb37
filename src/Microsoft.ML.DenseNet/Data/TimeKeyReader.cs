using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads the times that <see cref="DenseNetOptions.TimeColumnName"/> gives to rows, as unsigned numbers in the same order.</summary>
internal static class TimeKeyReader
{
    /// <summary>Writes the keys of a row's time.</summary>
    public delegate void Write(Span<ulong> keys);

    /// <summary>Whether the values of a column can be times: numbers, moments, durations, or vectors of numbers of known size.</summary>
    public static bool CanRead(DataViewType type) => type is NumberDataViewType or DateTimeDataViewType or DateTimeOffsetDataViewType or TimeSpanDataViewType
        or VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType };

    /// <summary>Returns a function that writes the time of the cursor's row; <see cref="SplitColumns.Missing"/> for what is missing.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="column">A column that <see cref="CanRead"/>.</param>
    public static Write Getter(DataViewRow cursor, DataViewSchema.Column column)
    {
        var item = column.Type is VectorDataViewType vector ? vector.ItemType.RawType : column.Type.RawType;
        return item switch
        {
            _ when item == typeof(float) => Numbers<float>(cursor, column),
            _ when item == typeof(double) => Numbers<double>(cursor, column),
            _ when item == typeof(byte) => Numbers<byte>(cursor, column),
            _ when item == typeof(sbyte) => Numbers<sbyte>(cursor, column),
            _ when item == typeof(ushort) => Numbers<ushort>(cursor, column),
            _ when item == typeof(short) => Numbers<short>(cursor, column),
            _ when item == typeof(uint) => Numbers<uint>(cursor, column),
            _ when item == typeof(int) => Numbers<int>(cursor, column),
            _ when item == typeof(ulong) => Numbers<ulong>(cursor, column),
            _ when item == typeof(long) => Numbers<long>(cursor, column),
            _ when item == typeof(DateTime) => Scalar<DateTime>(cursor, column, value => value.Ticks),
            _ when item == typeof(DateTimeOffset) => Scalar<DateTimeOffset>(cursor, column, value => value.UtcTicks),
            _ => Scalar<TimeSpan>(cursor, column, value => value.Ticks),
        };
    }

    private static Write Numbers<T>(DataViewRow cursor, DataViewSchema.Column column)
        where T : struct, INumber<T> => column.Type is VectorDataViewType ? Vector<T>(cursor, column) : Scalar<T>(cursor, column, double.CreateChecked);

    private static Write Scalar<T>(DataViewRow cursor, DataViewSchema.Column column, Func<T, double> convert)
    {
        var read = cursor.GetGetter<T>(column);
        T value = default!;
        return keys =>
        {
            read(ref value);
            keys[0] = Ordered(convert(value));
        };
    }

    private static Write Vector<T>(DataViewRow cursor, DataViewSchema.Column column)
        where T : struct, INumber<T>
    {
        var read = cursor.GetGetter<VBuffer<T>>(column);
        VBuffer<T> values = default;
        return keys =>
        {
            read(ref values);
            keys.Fill(values.Length == keys.Length ? Ordered(0) : SplitColumns.Missing);
            if (values.Length != keys.Length)
                return;
            foreach (var (slot, value) in values.Items())
                keys[slot] = Ordered(double.CreateChecked(value));
        };
    }

    /// <summary>Turns numbers to unsigned ones in the same order; numbers that are not finite count as missing.</summary>
    private static ulong Ordered(double value)
    {
        if (!double.IsFinite(value))
            return SplitColumns.Missing;
        long bits = BitConverter.DoubleToInt64Bits(value + 0.0); // -0 becomes 0
        return bits < 0 ? (ulong)~bits : (ulong)bits | 1UL << 63;
    }
}
