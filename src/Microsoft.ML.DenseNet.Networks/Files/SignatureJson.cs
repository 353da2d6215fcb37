using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>A <see cref="NetworkSignature"/> as fields of the header of a model file. Unknown names are omitted.</summary>
internal static class SignatureJson
{
    private const string CategoriesName = "categoryColumns";

    /// <summary>The maximum number of JSON tokens in a signature: four lists of names, each with its field and brackets, three more fields, and the category columns.</summary>
    public const int MaximumTokens = (4 * (NetworkSignature.MaximumNames + 3)) + 6 + (TokensOfColumn * NetworkSignature.MaximumCategoryColumns);

    /// <summary>The tokens of a category column without the values of its keys: brackets, and fields with their values.</summary>
    private const int TokensOfColumn = 11;

    public static void Write(NetworkSignature signature, Utf8JsonWriter json)
    {
        json.WriteString("task", signature.Task.ToString());
        WriteNames("classNames", signature.ClassNames, json);
        if (signature.FeatureColumnName is { } column)
            json.WriteString("featureColumn", column);
        WriteNames("featureNames", signature.FeatureNames, json);
        if (signature.PrecedingTransforms.Count > 0)
            WriteNames("precedingTransforms", signature.PrecedingTransforms, json);
        if (signature.Threshold != 0)
            json.WriteNumber("threshold", signature.Threshold); // earlier versions of the package refuse a file with this field
        if (signature.CategoryColumns.Count > 0)
            WriteCategories(signature.CategoryColumns, json);
        UncertaintyJson.Write(signature, json);
    }

    /// <exception cref="FormatException">A field is invalid, or a list is too long.</exception>
    public static NetworkSignature Read(ref JsonFields fields) => new(fields.Enum<LearningTask>("task"))
    {
        ClassNames = ReadNames("classNames", ref fields),
        FeatureColumnName = ReadName("featureColumn", ref fields),
        FeatureNames = ReadNames("featureNames", ref fields),
        PrecedingTransforms = ReadNames("precedingTransforms", ref fields) ?? [],
        Threshold = (float)(fields.OptionalDouble("threshold") ?? 0),
        CategoryColumns = ReadCategories(ref fields),
        Quantiles = UncertaintyJson.ReadQuantiles(ref fields),
        Intervals = UncertaintyJson.ReadIntervals(ref fields),
        Sets = UncertaintyJson.ReadSets(ref fields),
    };

    private static void WriteCategories(IReadOnlyList<CategoryColumn> columns, Utf8JsonWriter json)
    {
        json.WriteStartArray(CategoriesName);
        foreach (var column in columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteNumber("keys", column.KeyCount);
            json.WriteNumber("slots", column.SlotCount);
            WriteNames("values", column.KeyValues, json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static CategoryColumn[] ReadCategories(ref JsonFields fields)
    {
        if (!fields.TryTake(CategoriesName, out var array))
            return [];
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() == 0)
            throw NetworkFile.Damaged($"the header's field '{CategoriesName}' is not a list of columns");
        return [.. array.EnumerateArray().Select(ReadCategory)];
    }

    private static CategoryColumn ReadCategory(JsonElement element)
    {
        var fields = new JsonFields(element, "a category column of the header");
        string name = Checked("name", [fields.String("name")])[0];
        var column = new CategoryColumn(name, fields.Int32("keys"), fields.Int32("slots"), ReadNames("values", ref fields));
        fields.Done();
        return column;
    }

    private static void WriteNames(string field, IReadOnlyList<string>? names, Utf8JsonWriter json)
    {
        if (names is null)
            return;
        json.WriteStartArray(field);
        foreach (string name in names)
            json.WriteStringValue(name);
        json.WriteEndArray();
    }

    private static string? ReadName(string field, ref JsonFields fields) =>
        fields.OptionalString(field) is { } name ? Checked(field, [name])[0] : null;

    private static string[]? ReadNames(string field, ref JsonFields fields)
    {
        if (!fields.TryTake(field, out var array))
            return null;
        if (array.ValueKind != JsonValueKind.Array || array.EnumerateArray().Any(name => name.ValueKind != JsonValueKind.String))
            throw NetworkFile.Damaged($"the header's field '{field}' is not a list of texts");
        return Checked(field, [.. array.EnumerateArray().Select(name => name.GetString()!)]);
    }

    private static string[] Checked(string field, string[] names) => NetworkSignature.IsWithinLimits(names)
        ? names
        : throw NetworkFile.Damaged($"the header's field '{field}' has {names.Length:N0} names; at most {NetworkSignature.MaximumNames:N0} of {NetworkSignature.MaximumNameBytes:N0} bytes together are accepted");
}
