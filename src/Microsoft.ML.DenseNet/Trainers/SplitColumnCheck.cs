using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.DenseNet;

/// <summary>Checks the columns that decide which rows may validate which.</summary>
internal static class SplitColumnCheck
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public static void Check(SchemaShape schema, DenseNetOptions options)
    {
        if (options.SamplingKeyColumnName is { } group)
            CheckGroup(Find(schema, group, "Sampling key", nameof(options.SamplingKeyColumnName)));
        if (options.TimeColumnName is { } time)
            CheckTime(Find(schema, time, "Time", nameof(options.TimeColumnName)));
    }

    private static SchemaShape.Column Find(SchemaShape schema, string name, string role, string option) => schema.TryFindColumn(name, out var found)
        ? found
        : throw new ArgumentOutOfRangeException(nameof(schema), ColumnCheck.NotFound(schema, name, role, option));

    private static void CheckGroup(SchemaShape.Column found)
    {
        if (found.Kind != VectorKind.Scalar || !GroupKeys.CanRead(found.ItemType))
            throw new ArgumentOutOfRangeException(nameof(found), $"Sampling key column '{found.Name}' is {found.GetTypeString()}, but DenseNet needs one value a row: a key, a number, text, a Boolean, a moment or a row id. Name another column, or make one value of several with mlContext.Transforms.CustomMapping.");
    }

    private static void CheckTime(SchemaShape.Column found)
    {
        bool isNumber = found is { ItemType: NumberDataViewType, IsKey: false };
        if (isNumber ? found.Kind == VectorKind.VariableVector : found.IsKey || found.Kind != VectorKind.Scalar || !TimeKeyReader.CanRead(found.ItemType))
            throw new ArgumentOutOfRangeException(nameof(found), $"Time column '{found.Name}' is {found.GetTypeString()}, but DenseNet needs numbers, a known-size vector of numbers, DateTime, DateTimeOffset or TimeSpan. {Remedy(found)}");
    }

    private static string Remedy(SchemaShape.Column found) => found switch
    {
        { IsKey: true } => "A key numbers values in the order in which they were met, not in time: name the column that it was made from.",
        { ItemType: TextDataViewType } => $"Convert it with mlContext.Transforms.Conversion.ConvertType(\"{found.Name}\", outputKind: DataKind.DateTime), or load it as DateTime.",
        _ => "Name another column.",
    };
}
