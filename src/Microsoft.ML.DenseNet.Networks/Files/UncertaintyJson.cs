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
            JsonLists.WriteNumbers(QuantilesName, signature.Quantiles, json.WriteNumberValue, json);
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
        double[] coverages = fields.Numbers("coverages", IntervalRule.MaximumCoverages);
        float[] factors = [.. fields.Numbers("factors", IntervalRule.MaximumCoverages).Select(value => (float)value)];
        int[]? lower = ReadOutputs(LowerName, ref fields), upper = ReadOutputs(UpperName, ref fields);
        var quantiles = lower is null && upper is null ? null : (lower ?? []).Zip(upper ?? []).ToArray();
        var scale = fields.TryTake(ScaleName, out var network) ? ReadScale(network) : null;
        fields.Done();
        return new IntervalRule(coverages, factors, scale, quantiles);
    }

    /// <summary>Reads the quantiles that the outputs are; none if there is no such field.</summary>
    /// <exception cref="FormatException">The field is invalid.</exception>
    public static double[] ReadQuantiles(ref JsonFields header) => header.OptionalNumbers(QuantilesName, IntervalRule.MaximumCoverages) switch
    {
        null => [],
        [] => throw NetworkFile.Damaged($"the header's field '{QuantilesName}' has no numbers"),
        var quantiles => quantiles,
    };

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
        JsonLists.WriteNumbers("coverages", intervals.Coverages, json.WriteNumberValue, json);
        JsonLists.WriteNumbers("factors", intervals.Factors, json.WriteNumberValue, json);
        if (intervals.Quantiles is { } quantiles)
        {
            JsonLists.WriteNumbers(LowerName, quantiles.Select(pair => pair.Lower), json.WriteNumberValue, json);
            JsonLists.WriteNumbers(UpperName, quantiles.Select(pair => pair.Upper), json.WriteNumberValue, json);
        }

        if (intervals.Scale is { } scale)
            WriteScale(scale, json);
        json.WriteEndObject();
    }

    private static void WriteScale(TrainedNetwork scale, Utf8JsonWriter json)
    {
        json.WriteStartObject(ScaleName);
        json.WriteNumber("inputWidth", scale.Layout.InputWidth);
        json.WritePropertyName("network");
        LayerJson.Write(scale.Layout.Layer, json);
        Base64Numbers.Write("values", [.. scale.Parameters.Span, .. scale.Buffers.Span], json);
        json.WriteEndObject();
    }

    private static TrainedNetwork ReadScale(JsonElement element)
    {
        var fields = new JsonFields(element, "the scale of intervals");
        int inputWidth = fields.Int32("inputWidth");
        var layer = LayerJson.Read(fields.Take("network"));
        float[] values = Base64Numbers.Floats("values", fields.Take("values"), "the scale of intervals");
        fields.Done();
        var layout = NetworkHeader.Infer(layer, inputWidth);
        long count = (long)layout.ParameterCount + layout.BufferCount;
        if (values.Length != count)
            throw NetworkFile.Damaged($"the scale of intervals has {values.Length} values where its network asks for {count}");
        return new TrainedNetwork(layout, values[..layout.ParameterCount], values[layout.ParameterCount..], NoHistory, layout.OutputWidth == 1 ? new NetworkSignature(LearningTask.Regression) : null);
    }

    /// <summary>The history of a network that is part of another one.</summary>
    public static TrainingHistory NoHistory { get; } = new([], 0, StopReason.Completed);

    private static int[]? ReadOutputs(string field, ref JsonFields fields) => fields.OptionalNumbers(field, IntervalRule.MaximumCoverages)?
        .Select(number => number is >= 0 and < IntervalRule.MaximumCoverages && number == Math.Floor(number)
            ? (int)number
            : throw NetworkFile.Damaged($"the field '{field}' holds {number}, which is no output"))
        .ToArray();
}
