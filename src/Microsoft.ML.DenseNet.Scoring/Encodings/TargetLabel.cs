using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>The label that target encoding averages: true as 1, a number as itself, a class as 1 in the slot of the class.</summary>
internal sealed class TargetLabel
{
    private const string Classes = "a Boolean (two classes) or a key (any number of classes; MapValueToKey makes it)";
    private const string Any = $"a number of type Single (regression), {Classes}";

    private readonly DataViewSchema.Column _column;

    public TargetLabel(TargetEncoding encoding, DataViewSchema schema)
    {
        _column = schema.GetColumnOrNull(encoding.Label) ?? throw encoding.Host.ExceptSchemaMismatch(nameof(schema), "label", encoding.Label);
        bool isKey = _column.Type is KeyDataViewType;
        Check(encoding, isKey, _column.Type, isVector: false, $"{_column.Type}");
        if (_column.Type is not KeyDataViewType key)
            return;
        int count = key.GetCountAsInt32(encoding.Host);
        Names = KeyNames.Of(_column)?.ToArray() ?? [.. Enumerable.Range(1, count).Select(value => $"{value}")];
    }

    public DataViewSchema.Column Column => _column;

    /// <summary>The classes of a key; null for other labels.</summary>
    public string[]? Names { get; }

    public int Width => Names?.Length ?? 1;

    /// <summary>Checks the promised label, and returns whether it is a key.</summary>
    public static bool Check(TargetEncoding encoding, SchemaShape schema)
    {
        if (!schema.TryFindColumn(encoding.Label, out var label))
            throw encoding.Host.ExceptSchemaMismatch(nameof(schema), "label", encoding.Label);
        Check(encoding, label.IsKey, label.ItemType, label.Kind != SchemaShape.Column.VectorKind.Scalar, label.GetTypeString());
        return label.IsKey;
    }

    /// <summary>Creates a function that reads a row's label: the slot that it adds to, -1 if it is missing, and what it adds.</summary>
    public Func<(int Slot, double Value)> Reader(DataViewRow row)
    {
        if (Names is not null)
            return Class(CategoryReader.Create(row, _column));
        return _column.Type is BooleanDataViewType ? Flag(row.GetGetter<bool>(_column)) : Number(row.GetGetter<float>(_column), row);
    }

    private static void Check(TargetEncoding encoding, bool isKey, DataViewType item, bool isVector, string type)
    {
        bool isNumber = encoding.Kind == TargetEncodingKind.Mean && item == NumberDataViewType.Single;
        if (isVector || !(isKey || item == BooleanDataViewType.Instance || isNumber))
            throw encoding.Host.ExceptSchemaMismatch("schema", "label", encoding.Label, encoding.Kind == TargetEncodingKind.Mean ? Any : $"{Classes}, since log-odds are of probabilities", type);
    }

    private static Func<(int Slot, double Value)> Flag(ValueGetter<bool> getter) => () =>
    {
        bool value = false;
        getter(ref value);
        return (0, value ? 1 : 0);
    };

    private Func<(int Slot, double Value)> Number(ValueGetter<float> getter, DataViewRow row) => () =>
    {
        float value = 0;
        getter(ref value);
        if (float.IsInfinity(value))
            throw new InvalidOperationException($"Label column '{_column.Name}' is {value} in row {row.Position}: target encoding needs finite labels.");
        return (float.IsNaN(value) ? -1 : 0, value);
    };

    private Func<(int Slot, double Value)> Class(CategoryReader reader) => () =>
    {
        reader.Read();

        // Key 0 is missing, and so is a key beyond the type's values.
        long key = reader.Number(0);
        return (key > 0 && key <= Width ? (int)key - 1 : -1, 1);
    };
}
