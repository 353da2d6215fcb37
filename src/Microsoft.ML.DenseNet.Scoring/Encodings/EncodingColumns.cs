using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>The columns that an encoding reads and writes, checked in a promised schema and in an actual one.</summary>
internal sealed class EncodingColumns
{
    private readonly IHost _host;

    public EncodingColumns(IHost host, InputOutputColumnPair[] columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        if (columns.Length == 0)
            throw new ArgumentException("No column to encode: name at least one.", nameof(columns));
        foreach (var column in columns)
        {
            ArgumentNullException.ThrowIfNull(column, nameof(columns));
            Guard.NotEmpty(column.OutputColumnName, nameof(columns));
        }

        if (columns.GroupBy(column => column.OutputColumnName).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Column '{twice.Key}' is the output of two encodings. Give each its own name.", nameof(columns));
        _host = host;
        Pairs = [.. columns.Select(column => (column.OutputColumnName, column.InputColumnName ?? column.OutputColumnName))];
    }

    public (string Output, string Input)[] Pairs { get; }

    /// <summary>Returns the input columns and what is in them.</summary>
    public (DataViewSchema.Column Column, PrimitiveDataViewType Item, int Slots)[] Find(DataViewSchema schema)
    {
        return [.. Pairs.Select(pair => FindOne(pair.Input))];

        (DataViewSchema.Column Column, PrimitiveDataViewType Item, int Slots) FindOne(string name)
        {
            var column = schema.GetColumnOrNull(name) ?? throw _host.ExceptSchemaMismatch(nameof(schema), "input", name);
            var (item, slots) = CategoryType.Of(column.Type) ?? throw _host.ExceptSchemaMismatch(nameof(schema), "input", name, CategoryType.Expected, column.Type.ToString());
            return (column, item, slots);
        }
    }

    /// <summary>Returns the schema with the output columns.</summary>
    /// <param name="schema">The schema of the input.</param>
    /// <param name="hasNames">Whether each value becomes a vector of named numbers.</param>
    public SchemaShape AddTo(SchemaShape schema, bool hasNames)
    {
        var outputs = Pairs.Select(pair => Promise(schema, pair, hasNames)).ToArray();
        return new SchemaShape([.. schema.Where(column => outputs.All(output => output.Name != column.Name)), .. outputs]);
    }

    private SchemaShape.Column Promise(SchemaShape schema, (string Output, string Input) pair, bool hasNames)
    {
        if (!schema.TryFindColumn(pair.Input, out var input))
            throw _host.ExceptSchemaMismatch(nameof(schema), "input", pair.Input);
        if (input.Kind == SchemaShape.Column.VectorKind.VariableVector || !(input.IsKey || CategoryType.IsCategory((PrimitiveDataViewType)input.ItemType)))
            throw _host.ExceptSchemaMismatch(nameof(schema), "input", pair.Input, CategoryType.Expected, input.GetTypeString());
        bool passesNames = input.Annotations.TryFindColumn(AnnotationUtils.Kinds.SlotNames, out var names);
        if (hasNames && !passesNames)
            names = new SchemaShape.Column(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false);
        return new SchemaShape.Column(
            pair.Output,
            hasNames ? SchemaShape.Column.VectorKind.Vector : input.Kind,
            NumberDataViewType.Single,
            isKey: false,
            hasNames || passesNames ? new SchemaShape([names]) : null);
    }
}
