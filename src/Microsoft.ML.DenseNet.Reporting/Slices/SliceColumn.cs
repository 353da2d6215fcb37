using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Reads the value of each row in a column, as text; many numbers become the intervals they lie in, which begin with their lower end and end before the upper one.</summary>
internal static class SliceColumn
{
    /// <summary>Numbers with up to this many values are taken as they are.</summary>
    private const int FewValues = 8;

    private const string Missing = "missing";

    /// <summary>Reads a column.</summary>
    /// <param name="data">The data.</param>
    /// <param name="name">The column.</param>
    /// <param name="rows">The numbers of the rows to read, ascending.</param>
    /// <param name="bins">The number of intervals of numbers.</param>
    /// <exception cref="ArgumentException">The column is missing or of another type.</exception>
    public static IReadOnlyList<string> Read(IDataView data, string name, IReadOnlyList<long> rows, int bins)
    {
        var column = ResultsReader.Column(data, name, "slice");
        using var cursor = data.GetRowCursor([column]);
        return column.Type switch
        {
            TextDataViewType => Rows(cursor, rows, Reader<ReadOnlyMemory<char>, string>(cursor, column, text => text.IsEmpty ? Missing : text.ToString())),
            BooleanDataViewType => Rows(cursor, rows, Reader<bool, string>(cursor, column, flag => flag ? "true" : "false")),
            KeyDataViewType key => Keys(cursor, rows, column, (int)Math.Min(key.Count, int.MaxValue)),
            NumberDataViewType => Intervals(Rows(cursor, rows, Number(cursor, column)), bins),
            _ => throw new ArgumentException($"Slice column '{name}' is {column.Type}; it must be text, Boolean, a key or a number, one value a row. Make such a column of it with a transform.", nameof(data)),
        };
    }

    private static List<string> Keys(DataViewRowCursor cursor, IReadOnlyList<long> rows, DataViewSchema.Column column, int count)
    {
        var read = LabelReader.Create(cursor, column);
        string[] names = ColumnText.KeyValues(column, count, "key");
        return Rows(cursor, rows, () => read() is { } key ? names[(int)key] : Missing);
    }

    private static Func<float> Number(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        var raw = column.Type.RawType;
        return raw == typeof(float) ? Reader<float, float>(cursor, column, value => value)
            : raw == typeof(double) ? Reader<double, float>(cursor, column, value => (float)value)
            : raw == typeof(int) ? Reader<int, float>(cursor, column, value => value)
            : raw == typeof(uint) ? Reader<uint, float>(cursor, column, value => value)
            : raw == typeof(long) ? Reader<long, float>(cursor, column, value => value)
            : raw == typeof(ulong) ? Reader<ulong, float>(cursor, column, value => value)
            : raw == typeof(short) ? Reader<short, float>(cursor, column, value => value)
            : raw == typeof(ushort) ? Reader<ushort, float>(cursor, column, value => value)
            : raw == typeof(sbyte) ? Reader<sbyte, float>(cursor, column, value => value)
            : Reader<byte, float>(cursor, column, value => value);
    }

    private static List<string> Intervals(List<float> values, int bins)
    {
        float[] sorted = [.. values.Where(float.IsFinite)];
        Array.Sort(sorted);
        var (starts, _) = QuantileBins.Of(sorted, [.. sorted.Select(_ => 1.0)], FewValues);
        bool areFew = starts.AsSpan().SequenceEqual(sorted.Distinct().ToArray());
        if (!areFew)
            (starts, _) = QuantileBins.Of(sorted, [.. sorted.Select(_ => 1.0)], bins);
        Func<float, string>[] forms = [Short, value => NumberText.Value(value), value => value.ToString(CultureInfo.InvariantCulture)];
        var text = forms.FirstOrDefault(form => starts.Select(form).Distinct().Count() == starts.Length, forms[^1]); // the shortest that distinguishes the intervals
        string[] names = [.. starts.Select((start, bin) => areFew ? text(start)
            : bin == 0 ? $"below {text(starts[1])}"
            : bin == starts.Length - 1 ? $"from {text(start)}" : $"{text(start)} – {text(starts[bin + 1])}")];
        return [.. values.Select(value => float.IsFinite(value) ? names[QuantileBins.BinOf(starts, value)] : Missing)];
    }

    /// <summary>A value to three significant digits, all of them before the point.</summary>
    private static string Short(float value) =>
        NumberText.Value(value == 0 ? 0 : Math.Round(value, Math.Clamp(2 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15)));

    private static Func<TResult> Reader<TValue, TResult>(DataViewRowCursor cursor, DataViewSchema.Column column, Func<TValue, TResult> convert)
    {
        var read = cursor.GetGetter<TValue>(column);
        TValue value = default!;
        return () =>
        {
            read(ref value);
            return convert(value);
        };
    }

    private static List<T> Rows<T>(DataViewRowCursor cursor, IReadOnlyList<long> rows, Func<T> read)
    {
        var values = new List<T>(rows.Count);
        while (values.Count < rows.Count && cursor.MoveNext())
        {
            if (cursor.Position == rows[values.Count])
                values.Add(read());
        }

        return values.Count == rows.Count ? values
            : throw new InvalidOperationException($"The data had row {rows[^1]} when its labels were read, and ends earlier now: it must have the same rows each time it is read.");
    }
}
