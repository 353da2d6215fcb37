using System.Buffers.Binary;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>The rules of intervals and of sets of classes as fields of the header of a model file; absent where there are none.</summary>
internal static class UncertaintyJson
{
    private const string IntervalsName = "intervals";
    private const string ScaleName = "scale";
    private const string QuantilesName = "quantiles";
    private const string LowerName = "lowerOutputs";
    private const string UpperName = "upperOutputs";
    private const string SetsName = "predictionSets";

    /// <summary>The maximum number of JSON tokens of these fields without the layers of a scale, which count among those of a network: five lists of numbers, and fields.</summary>
    public const int MaximumTokens = (5 * IntervalRule.MaximumCoverages) + 48;

    public static void Write(NetworkSignature signature, Utf8JsonWriter json)
    {
        if (signature.Quantiles.Count > 0)
            WriteNumbers(QuantilesName, signature.Quantiles, json);
        if (signature.Intervals is { } intervals)
            Write(intervals, json);
        if (signature.Sets is { } sets)
        {
            json.WriteStartObject(SetsName);
            json.WriteNumber("coverage", sets.Coverage);
            json.WriteNumber("limit", sets.Limit);
            json.WriteEndObject();
        }
    }

    /// <summary>Reads the rule of intervals; null if there is none.</summary>
    /// <exception cref="FormatException">A field is invalid.</exception>
    public static IntervalRule? ReadIntervals(ref JsonFields header)
    {
        if (!header.TryTake(IntervalsName, out var element))
            return null;
        var fields = new JsonFields(element, "the header's field 'intervals'");
        double[] coverages = ReadNumbers(fields.Array("coverages"), "coverages");
        float[] factors = [.. ReadNumbers(fields.Array("factors"), "factors").Select(value => (float)value)];
        int[]? lower = ReadOutputs(LowerName, ref fields), upper = ReadOutputs(UpperName, ref fields);
        var quantiles = lower is null && upper is null ? null : (lower ?? []).Zip(upper ?? []).ToArray();
        var scale = fields.TryTake(ScaleName, out var network) ? ReadScale(network) : null;
        fields.Done();
        return new IntervalRule(coverages, factors, scale, quantiles);
    }

    /// <summary>Reads the quantiles that the outputs are; none if there is no such field.</summary>
    /// <exception cref="FormatException">The field is invalid.</exception>
    public static double[] ReadQuantiles(ref JsonFields header) => header.TryTake(QuantilesName, out var array)
        ? array.ValueKind == JsonValueKind.Array && array.GetArrayLength() > 0 ? ReadNumbers(array, QuantilesName) : throw NetworkFile.Damaged($"the header's field '{QuantilesName}' is not a list of numbers")
        : [];

    /// <summary>Reads the rule of sets of classes; null if there is none.</summary>
    /// <exception cref="FormatException">A field is invalid.</exception>
    public static SetRule? ReadSets(ref JsonFields header)
    {
        if (!header.TryTake(SetsName, out var element))
            return null;
        var fields = new JsonFields(element, "the header's field 'predictionSets'");
        var sets = new SetRule(fields.Double("coverage"), fields.Single("limit"));
        fields.Done();
        return sets;
    }

    private static void Write(IntervalRule intervals, Utf8JsonWriter json)
    {
        json.WriteStartObject(IntervalsName);
        WriteNumbers("coverages", intervals.Coverages, json);
        json.WriteStartArray("factors");
        foreach (float factor in intervals.Factors)
            json.WriteNumberValue(factor);
        json.WriteEndArray();
        if (intervals.Quantiles is { } quantiles)
        {
            WriteNumbers(LowerName, [.. quantiles.Select(pair => (double)pair.Lower)], json);
            WriteNumbers(UpperName, [.. quantiles.Select(pair => (double)pair.Upper)], json);
        }

        if (intervals.Scale is { } scale)
            WriteScale(scale, json);
        json.WriteEndObject();
    }

    private static void WriteNumbers(string field, IReadOnlyList<double> numbers, Utf8JsonWriter json)
    {
        json.WriteStartArray(field);
        foreach (double number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void WriteScale(TrainedNetwork scale, Utf8JsonWriter json)
    {
        json.WriteStartObject(ScaleName);
        json.WriteNumber("inputWidth", scale.Layout.InputWidth);
        json.WritePropertyName("network");
        LayerJson.Write(scale.Layout.Layer, json);
        json.WriteBase64String("values", ToBytes([.. scale.Parameters.Span, .. scale.Buffers.Span]));
        json.WriteEndObject();
    }

    private static TrainedNetwork ReadScale(JsonElement element)
    {
        var fields = new JsonFields(element, "the scale of intervals");
        int inputWidth = fields.Int32("inputWidth");
        var layer = LayerJson.Read(fields.Take("network"));
        var text = fields.Take("values");
        fields.Done();
        if (text.ValueKind != JsonValueKind.String || !text.TryGetBytesFromBase64(out byte[]? bytes))
            throw NetworkFile.Damaged("the values of the scale of intervals are not in base 64");
        var layout = NetworkHeader.Infer(layer, inputWidth);
        long count = (long)layout.ParameterCount + layout.BufferCount;
        if (bytes.Length != sizeof(float) * count)
            throw NetworkFile.Damaged($"the scale of intervals has {bytes.Length} bytes of values where its network asks for {sizeof(float) * count}");
        float[] values = FromBytes(bytes);
        return new TrainedNetwork(layout, values[..layout.ParameterCount], values[layout.ParameterCount..], NoHistory, layout.OutputWidth == 1 ? new NetworkSignature(LearningTask.Regression) : null);
    }

    /// <summary>The history of a network that is part of another one.</summary>
    public static TrainingHistory NoHistory { get; } = new([], 0, StopReason.Completed);

    private static int[]? ReadOutputs(string field, ref JsonFields fields)
    {
        if (!fields.TryTake(field, out var array))
            return null;
        if (array.ValueKind != JsonValueKind.Array)
            throw NetworkFile.Damaged($"the field '{field}' is not a list");
        return [.. ReadNumbers(array, field).Select(number => number is >= 0 and < IntervalRule.MaximumCoverages && number == Math.Floor(number)
            ? (int)number
            : throw NetworkFile.Damaged($"the field '{field}' holds {number}, which is no output"))];
    }

    private static double[] ReadNumbers(JsonElement array, string field)
    {
        if (array.GetArrayLength() > IntervalRule.MaximumCoverages)
            throw NetworkFile.Damaged($"the field '{field}' has {array.GetArrayLength()} numbers; at most {IntervalRule.MaximumCoverages} are accepted");
        return [.. array.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number && item.TryGetDouble(out double value)
            ? value
            : throw NetworkFile.Damaged($"the field '{field}' holds something else than numbers"))];
    }

    private static byte[] ToBytes(float[] values)
    {
        byte[] bytes = new byte[sizeof(float) * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(sizeof(float) * i), values[i]);
        return bytes;
    }

    private static float[] FromBytes(byte[] bytes)
    {
        float[] values = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(sizeof(float) * i));
        return values;
    }
}
