namespace Microsoft.ML.DenseNet;

/// <summary>Checks one column that a trainer reads, before ML.NET's own check, whose messages name no remedy.</summary>
/// <param name="Expected">The column.</param>
/// <param name="Role">What messages call it.</param>
/// <param name="Option">The option that names it.</param>
/// <param name="Remedy">What to do about a column of the wrong type.</param>
internal sealed record ColumnCheck(SchemaShape.Column Expected, string Role, string Option, Func<SchemaShape.Column, string> Remedy)
{
    /// <exception cref="ArgumentOutOfRangeException">The column is missing or of the wrong type.</exception>
    public void Check(SchemaShape schema, bool isValidation)
    {
        if (!schema.TryFindColumn(Expected.Name, out var found))
            throw new ArgumentOutOfRangeException(nameof(schema), NotFound(schema, Expected.Name, Role, Option, isValidation));
        if (!Expected.IsCompatibleWith(found))
            throw new ArgumentOutOfRangeException(nameof(schema), $"{Role} column '{Expected.Name}'{(isValidation ? " of the validation data" : "")} is {found.GetTypeString()}, but DenseNet needs {(Expected.Kind == SchemaShape.Column.VectorKind.Vector ? "a known-size " : "")}{Expected.GetTypeString()}. {Remedy(found)}");
    }

    /// <summary>The message for a column that is not there.</summary>
    public static string NotFound(SchemaShape schema, string name, string role, string option, bool isValidation = false) =>
        $"{role} column '{name}' not found. The {(isValidation ? "validation " : "")}data has {string.Join(", ", schema.Select(column => $"'{column.Name}'"))}. Set {option} to one of them, or add the transform that makes the column.";
}
