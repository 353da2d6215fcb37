using System.Buffers.Binary;
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

    public static void Write(BackgroundRows? rows, Utf8JsonWriter json)
    {
        if (rows is null)
            return;
        json.WriteStartObject(FieldName);
        json.WriteBase64String(WeightsName, Bytes([.. rows.Weights]));
        if (rows.IsSparse)
        {
            json.WriteBase64String(StartsName, Bytes(rows.Starts));
            json.WriteBase64String(SlotsName, Bytes(rows.Slots));
        }

        json.WriteBase64String(ValuesName, Bytes(rows.Values));
        json.WriteEndObject();
    }

    /// <summary>Reads the field; null if it is missing.</summary>
    /// <exception cref="FormatException">It is invalid.</exception>
    public static BackgroundRows? Read(int width, ref JsonFields header)
    {
        if (!header.TryTake(FieldName, out var element))
            return null;
        var fields = new JsonFields(element, "the header's background rows");
        float[] weights = Floats(WeightsName, fields.Take(WeightsName));
        int[]? starts = fields.TryTake(StartsName, out var startsElement) ? Integers(StartsName, startsElement) : null;
        int[]? slots = starts is null ? null : Integers(SlotsName, fields.Take(SlotsName));
        float[] values = Floats(ValuesName, fields.Take(ValuesName));
        fields.Done();
        return Fault(width, weights, starts, slots, values) is { } fault
            ? throw NetworkFile.Damaged($"the header's background rows {fault}")
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

    private static byte[] Bytes(ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[sizeof(float) * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(sizeof(float) * i), values[i]);
        return bytes;
    }

    private static byte[] Bytes(ReadOnlySpan<int> values)
    {
        byte[] bytes = new byte[sizeof(int) * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int) * i), values[i]);
        return bytes;
    }

    private static float[] Floats(string name, JsonElement element)
    {
        byte[] bytes = Bytes(name, element);
        float[] values = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(sizeof(float) * i));
        return values;
    }

    private static int[] Integers(string name, JsonElement element)
    {
        byte[] bytes = Bytes(name, element);
        int[] values = new int[bytes.Length / sizeof(int)];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(sizeof(int) * i));
        return values;
    }

    private static byte[] Bytes(string name, JsonElement element) =>
        element.ValueKind == JsonValueKind.String && element.TryGetBytesFromBase64(out byte[]? bytes) && bytes.Length % sizeof(int) == 0
            ? bytes
            : throw NetworkFile.Damaged($"the header's background rows have '{name}' that are not numbers in base 64");
}
