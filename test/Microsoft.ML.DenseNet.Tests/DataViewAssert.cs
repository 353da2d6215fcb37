using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Compares schemas, annotations with their values included, and data views value by value, bit by bit.</summary>
internal static class DataViewAssert
{
    public static void SameSchema(DataViewSchema expected, DataViewSchema actual, string what = "schema")
    {
        Assert.HasCount(expected.Count, actual, what);
        for (int i = 0; i < expected.Count; i++)
            SameColumn(expected[i], actual[i], what);
    }

    public static void SameColumn(DataViewSchema.Column expected, DataViewSchema.Column actual, string what = "schema")
    {
        Assert.AreEqual(expected.Name, actual.Name, what);
        string column = $"{what}: column '{expected.Name}'";
        Assert.AreEqual(expected.Type, actual.Type, column);
        Assert.AreEqual(expected.IsHidden, actual.IsHidden, column);

        // Annotations are looked up by name, so their order means nothing.
        var expectedKinds = expected.Annotations.Schema.OrderBy(kind => kind.Name, StringComparer.Ordinal).ToArray();
        var actualKinds = actual.Annotations.Schema.OrderBy(kind => kind.Name, StringComparer.Ordinal).ToArray();
        Assert.AreEqual(string.Join(", ", expectedKinds.Select(kind => kind.Name)), string.Join(", ", actualKinds.Select(kind => kind.Name)), column);
        foreach (var (left, right) in expectedKinds.Zip(actualKinds))
        {
            string annotation = $"{column}, annotation '{left.Name}'";
            Assert.AreEqual(left.Type, right.Type, annotation);
            Assert.AreEqual(Value(expected.Annotations, left), Value(actual.Annotations, right), annotation);
        }
    }

    /// <summary>All visible columns, the position and the id of every row.</summary>
    public static void SameValues(IDataView expected, IDataView actual, string what = "values")
    {
        using var left = expected.GetRowCursor(expected.Schema.Where(column => !column.IsHidden));
        using var right = actual.GetRowCursor(actual.Schema.Where(column => !column.IsHidden));
        SameRows(left, right, what);
    }

    /// <summary>All columns that are active in <paramref name="expected"/>, the position and the id of every row.</summary>
    public static void SameRows(DataViewRowCursor expected, DataViewRowCursor actual, string what = "values")
    {
        var columns = expected.Schema.Where(expected.IsColumnActive).Select(column => (
            column.Name,
            Left: Reader(expected, column),
            Right: Reader(actual, actual.Schema[column.Index]))).ToArray();
        var leftId = expected.GetIdGetter();
        var rightId = actual.GetIdGetter();
        while (expected.MoveNext())
        {
            Assert.IsTrue(actual.MoveNext(), $"{what}: {expected.Position} rows, more were expected");
            Assert.AreEqual(expected.Position, actual.Position, what);
            DataViewRowId leftValue = default, rightValue = default;
            leftId(ref leftValue);
            rightId(ref rightValue);
            Assert.AreEqual(leftValue, rightValue, $"{what}: id of row {expected.Position}");
            foreach (var (name, readLeft, readRight) in columns)
                Assert.AreEqual(readLeft(), readRight(), $"{what}: column '{name}', row {expected.Position}");
        }

        Assert.IsFalse(actual.MoveNext(), $"{what}: more rows than expected");
    }

    /// <summary>A function that reads a column at the cursor's place, as a value that compares by its content.</summary>
    public static Func<object> Reader(DataViewRow row, DataViewSchema.Column column) =>
        (Func<object>)Generic(nameof(RowReader), column.Type.RawType).Invoke(null, [row, column])!;

    private static object Value(DataViewSchema.Annotations annotations, DataViewSchema.Column kind) =>
        Generic(nameof(AnnotationValue), kind.Type.RawType).Invoke(null, [annotations, kind])!;

    private static Func<object> RowReader<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return Comparable(value);
        };
    }

    private static object AnnotationValue<T>(DataViewSchema.Annotations annotations, DataViewSchema.Column kind)
    {
        T value = default!;
        annotations.GetGetter<T>(kind)(ref value);
        return Comparable(value);
    }

    private static object Comparable<T>(T value)
    {
        if (value is float number)
            return $"{number:R} (bits {BitConverter.SingleToInt32Bits(number):x8})";
        if (value is ReadOnlyMemory<char> text)
            return text.ToString();
        if (typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>))
            return Generic(nameof(VectorText), typeof(T).GetGenericArguments()[0]).Invoke(null, [value])!;
        return value!;
    }

    private static string VectorText<T>(VBuffer<T> vector) => string.Join("; ", vector.DenseValues().Select(value => Comparable(value)));

    private static MethodInfo Generic(string name, Type type) =>
        typeof(DataViewAssert).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(type);
}
