using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>The <see cref="BackgroundRows"/> of a model as an optional field of its file's header: numbers as little-endian bytes in base 64.</summary>
/// <remarks>Files are untrusted: no length is believed before it is compared with that of the bytes.</remarks>
internal static class BackgroundJson
{
    /// <summary>The maximum number of JSON tokens: the field, brackets, and four fields with their values.</summary>
    public const int MaximumTokens = 12;

    private const string FieldName = "background";

    private const string WeightsName = "weights";

    private const string StartsName = "starts";

    private const string SlotsName = "slots";

    private const string ValuesName = "values";

    private const string Where = "the header's background rows";

    public static void Write(BackgroundRows? rows, Utf8JsonWriter json)
    {
        if (rows is null)
            return;
        json.WriteStartObject(FieldName);
        Base64Numbers.Write(WeightsName, [.. rows.Weights], json);
        if (rows.IsSparse)
        {
            Base64Numbers.Write(StartsName, rows.Starts, json);
            Base64Numbers.Write(SlotsName, rows.Slots, json);
        }

        Base64Numbers.Write(ValuesName, rows.Values, json);
        json.WriteEndObject();
    }

    /// <summary>Reads the field; null if it is missing.</summary>
    /// <exception cref="FormatException">It is invalid.</exception>
    public static BackgroundRows? Read(int width, ref JsonFields header)
    {
        if (!header.TryTake(FieldName, out var element))
            return null;
        var fields = new JsonFields(element, Where);
        float[] weights = Base64Numbers.Floats(WeightsName, fields.Take(WeightsName), Where);
        int[]? starts = fields.TryTake(StartsName, out var startsElement) ? Base64Numbers.Integers(StartsName, startsElement, Where) : null;
        int[]? slots = starts is null ? null : Base64Numbers.Integers(SlotsName, fields.Take(SlotsName), Where);
        float[] values = Base64Numbers.Floats(ValuesName, fields.Take(ValuesName), Where);
        fields.Done();
        return Fault(width, weights, starts, slots, values) is { } fault
            ? throw NetworkFile.Damaged($"{Where} {fault}")
            : new BackgroundRows(width, starts ?? [], slots, values, weights);
    }

    private static string? Fault(int width, float[] weights, int[]? starts, int[]? slots, float[] values)
    {
        if (weights.Length is 0 or > BackgroundRows.MaximumCount)
            return $"are {weights.Length}; from 1 to {BackgroundRows.MaximumCount} are accepted";
        if (values.Length > BackgroundRows.MaximumStoredValues)
            return $"have {values.Length:N0} values; at most {BackgroundRows.MaximumStoredValues:N0} are accepted";
        if (!Array.TrueForAll(weights, weight => weight > 0 && float.IsFinite(weight)))
            return "have a weight that is not a finite number above 0";
        if (starts is null)
            return width >= 1 && values.Length == (long)width * weights.Length ? null : $"have {values.Length} values, which are not {weights.Length} rows of {width}";
        if (starts.Length != weights.Length + 1 || starts[0] != 0 || starts[^1] != values.Length || slots!.Length != values.Length)
            return "do not have a slot for each value";
        for (int row = 0; row < weights.Length; row++)
        {
            if (starts[row + 1] < starts[row] || starts[row + 1] > values.Length || !SparseIndices.AreInOrder(slots.AsSpan(starts[row]..starts[row + 1]), width))
                return $"have slots in row {row} that do not ascend or are not among its {width}";
        }

        return null;
    }
}
