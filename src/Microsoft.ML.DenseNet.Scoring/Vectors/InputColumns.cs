using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The columns of a schema that a network reads: the features, and any key columns, each slot of which is a one-hot block after them, as
/// if OneHotEncoding and Concatenate had put it there.
/// </summary>
internal sealed class InputColumns
{
    private readonly DataViewSchema.Column[] _keys;
    private readonly int _featureWidth;

    private InputColumns(DataViewSchema.Column features, DataViewSchema.Column[] keys)
    {
        Features = features;
        _keys = keys;
        _featureWidth = ((VectorDataViewType)features.Type).Size;
        Categories = [.. keys.Select(CategoryOf)];
        long width = _featureWidth + Categories.Sum(category => category.Width);
        Width = width <= Layer.MaximumUnits ? (int)width : throw new InvalidOperationException(
            $"The features and the keys of {string.Join(", ", Categories.Select(category => $"'{category.Name}' ({category.Width:N0})"))} would make {width:N0} network inputs; at most {Layer.MaximumUnits:N0} are possible. Hash the values to fewer bits, or leave a column out.");
    }

    /// <summary>The feature column.</summary>
    public DataViewSchema.Column Features { get; }

    /// <summary>The key columns, in the order of their blocks.</summary>
    public IReadOnlyList<CategoryColumn> Categories { get; }

    /// <summary>The number of network inputs.</summary>
    public int Width { get; }

    /// <summary>All of the columns.</summary>
    public IEnumerable<DataViewSchema.Column> Columns => [Features, .. _keys];

    /// <summary>Finds the columns.</summary>
    /// <param name="features">The feature column, a known-size vector of <see cref="float"/>.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="categories">The names of the key columns.</param>
    /// <exception cref="ArgumentOutOfRangeException">A key column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">The columns are too wide.</exception>
    public static InputColumns Of(DataViewSchema.Column features, DataViewSchema schema, IEnumerable<string> categories) =>
        new(features, [.. categories.Select(name => Find(schema, name))]);

    /// <summary>Finds the columns that a network reads.</summary>
    /// <param name="features">The feature column, a known-size vector of <see cref="float"/>.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="network">The network.</param>
    /// <inheritdoc cref="Of(DataViewSchema.Column, DataViewSchema, IEnumerable{string})" path="/exception"/>
    /// <exception cref="InvalidOperationException">The keys of a column are not those that the network was trained with.</exception>
    public static InputColumns Of(DataViewSchema.Column features, DataViewSchema schema, TrainedNetwork network)
    {
        var columns = Of(features, schema, network.CategoryColumns.Select(category => category.Name));
        columns.CheckSame(network.CategoryColumns, "the data", "in the model's training data");
        return columns;
    }

    /// <summary>Checks that the key columns have the meaning that others have.</summary>
    /// <param name="expected">The others, of the same names.</param>
    /// <param name="owner">Where these columns are.</param>
    /// <param name="other">Where the others are: "in ...".</param>
    /// <exception cref="InvalidOperationException">A column has other keys.</exception>
    public void CheckSame(IReadOnlyList<CategoryColumn> expected, string owner, string other)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            if (expected[i].Difference(Categories[i]) is { } difference)
                throw new InvalidOperationException($"Category column '{expected[i].Name}' of {owner} {difference} as {other}. Run all rows through the same fitted transforms.");
        }
    }

    /// <summary>Creates the reader of a row's network inputs.</summary>
    /// <param name="row">A row, usually a cursor, in which <see cref="Columns"/> are active.</param>
    public InputReader Read(DataViewRow row)
    {
        var keys = new KeyBlockReader[_keys.Length];
        int start = _featureWidth;
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = KeyBlockReader.Create(row, _keys[i], Categories[i], start);
            start += (int)Categories[i].Width;
        }

        return new InputReader(row.GetGetter<VBuffer<float>>(Features), _featureWidth, keys, Width);
    }

    /// <summary>Describes the network inputs as one column, with the annotations that OneHotEncoding and Concatenate would have given it.</summary>
    public DataViewSchema.Column Describe() => _keys.Length == 0 ? Features : InputDescription.Of(this, _featureWidth);

    private static DataViewSchema.Column Find(DataViewSchema schema, string name) => schema.GetColumnOrNull(name)
        ?? throw new ArgumentOutOfRangeException(nameof(schema), $"Category column '{name}' not found. The data has {string.Join(", ", schema.Select(column => $"'{column.Name}'"))}. Run all rows through the transforms that the training rows went through.");

    private static CategoryColumn CategoryOf(DataViewSchema.Column column)
    {
        var vector = column.Type as VectorDataViewType;
        if ((vector?.ItemType ?? column.Type) is not KeyDataViewType key || vector is { IsKnownSize: false })
            throw new ArgumentOutOfRangeException(nameof(column), $"Category column '{column.Name}' is {column.Type}, but DenseNet needs a key or a known-size vector of keys. Make it with mlContext.Transforms.Conversion.MapValueToKey or Hash.");
        if (key.Count > Layer.MaximumUnits)
            throw new InvalidOperationException($"Category column '{column.Name}' has {key.Count:N0} different keys; at most {Layer.MaximumUnits:N0} are possible. Hash the values to fewer bits, for example with mlContext.Transforms.Conversion.Hash.");
        return new CategoryColumn(column.Name, (int)key.Count, vector?.Size ?? 1, NamesOf(column, key));
    }

    /// <summary>Returns the values of the keys; null if there are none, or more than a network keeps.</summary>
    private static IReadOnlyList<string>? NamesOf(DataViewSchema.Column column, KeyDataViewType key) =>
        key.Count <= NetworkSignature.MaximumNames && KeyNames.Of(column) is { } names && (ulong)names.Count == key.Count ? names : null;
}
