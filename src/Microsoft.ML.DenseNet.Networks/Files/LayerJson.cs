using System.Buffers;
using System.Collections;
using System.Diagnostics;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>A <see cref="Layer"/> as nested JSON objects, each with the layer's <c>type</c> and its settings.</summary>
internal static class LayerJson
{
    /// <summary>The JSON depth of the deepest accepted network: each combinator is an object that holds an array.</summary>
    public const int MaximumJsonDepth = 2 * Layer.MaximumDepth;

    /// <summary>Reads the settings of one layer. <paramref name="nested"/> reads a layer inside it.</summary>
    private delegate Layer Reader(ref JsonFields fields, Func<JsonElement, Layer> nested);

    /// <summary>The reader of each kind of layer. Writing follows from <see cref="Layer.Settings"/>.</summary>
    private static readonly Dictionary<string, Reader> Readers = new(Activations(), StringComparer.Ordinal)
    {
        ["Linear"] = (ref fields, _) => new LinearLayer(fields.Int32("units"), fields.Boolean("bias")),
        ["EmbeddingBag"] = (ref fields, _) => new EmbeddingBagLayer(fields.Int32("units")),
        ["PReLU"] = (ref fields, _) => new PReLULayer(fields.Boolean("perUnit"), fields.Single("initialSlope")),
        ["Dropout"] = (ref fields, _) => new DropoutLayer(fields.Single("probability")),
        ["BatchNorm"] = (ref fields, _) => new BatchNormLayer(fields.Single("epsilon"), fields.Single("momentum")),
        ["LayerNorm"] = (ref fields, _) => new LayerNormLayer(fields.Single("epsilon")),
        ["Standardize"] = (ref _, _) => new StandardizeLayer(),
        ["Destandardize"] = (ref _, _) => new DestandardizeLayer(),
        ["Ascending"] = (ref fields, _) => new AscendingLayer(fields.Int32("middle")),
        ["RobustScale"] = (ref _, _) => new RobustScaleLayer(),
        ["Scale"] = (ref _, _) => new ScaleLayer(),
        ["Select"] = (ref fields, _) => new SelectLayer(ReadRanges(ref fields)),
        ["MissingIndicators"] = (ref fields, _) => new MissingIndicatorsLayer(ReadRanges(ref fields)),
        ["PeriodicEmbedding"] = (ref fields, _) => new PeriodicEmbeddingLayer(fields.Int32("frequencies"), fields.Int32("width"), fields.Single("frequencyDeviation")),
        ["PiecewiseLinearEmbedding"] = (ref fields, _) => new PiecewiseLinearEmbeddingLayer(fields.Int32("bins"), fields.Int32("width")),
        ["Repeat"] = (ref fields, _) => new RepeatLayer(fields.Int32("count")),
        ["EnsembleLinear"] = (ref fields, _) =>
            new EnsembleLinearLayer(fields.Int32("members"), fields.Int32("units"), fields.Boolean("bias"), fields.Enum<MemberScaling>("scaling")),
        ["MemberLinear"] = (ref fields, _) => new MemberLinearLayer(fields.Int32("members"), fields.Int32("units")),
        ["MemberMean"] = (ref fields, _) => new MemberMeanLayer(fields.Int32("members"), fields.Enum<MeanKind>("mean")),
        ["Sequential"] = (ref fields, nested) => new SequentialLayer(ReadLayers(fields.Array("layers"), nested)),
        ["Sum"] = (ref fields, nested) => new SumLayer(ReadLayers(fields.Array("branches"), nested)),
        ["Concat"] = (ref fields, nested) => new ConcatLayer(ReadLayers(fields.Array("branches"), nested)),
        ["Residual"] = (ref fields, nested) => new ResidualLayer(nested(fields.Take("body"))),
        ["Module"] = (ref fields, _) => new ModuleLayer(
            fields.String("name"), fields.Int32("units"), new ModuleTensorList(fields.Array("tensors").EnumerateArray().Select(ReadTensor)), fields.OptionalString("structure")),
    };

    /// <summary>The kinds of layers that a file may hold.</summary>
    internal static IReadOnlyCollection<string> Kinds => Readers.Keys;

    public static void Write(Layer layer, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type", layer.Kind);
        foreach (var (name, value) in layer.Settings)
        {
            json.WritePropertyName(name);
            WriteValue(value, json);
        }

        json.WriteEndObject();
    }

    /// <summary>Returns just a layer's JSON, in UTF-8.</summary>
    public static ReadOnlySpan<byte> ToUtf8(Layer layer)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { MaxDepth = MaximumJsonDepth }))
            Write(layer, json);
        return buffer.WrittenSpan;
    }

    /// <exception cref="FormatException">The JSON does not describe a network.</exception>
    public static Layer Read(JsonElement element)
    {
        int count = 0;
        return Nested(element);

        Layer Nested(JsonElement element)
        {
            if (++count > NetworkLimits.MaximumLayers)
                throw NetworkFile.Damaged($"the network has more than {NetworkLimits.MaximumLayers:N0} layers");

            var fields = new JsonFields(element, "a layer");
            string name = fields.String("type");
            if (!Readers.TryGetValue(name, out var reader))
                throw NetworkFile.Damaged($"'{NetworkFile.Excerpt(name)}' is not a layer that this version knows");

            Layer layer;
            try
            {
                layer = reader(ref fields, Nested);
            }
            catch (ArgumentException e)
            {
                // A setting is out of range or nesting too deep: the layers check that themselves.
                throw NetworkFile.Damaged($"layer '{name}' is not valid: {NetworkFile.Excerpt(e.Message)}");
            }

            fields.Done();
            return layer;
        }
    }

    /// <summary>The readers of activations, whose settings, if any, are named in order.</summary>
    private static IEnumerable<KeyValuePair<string, Reader>> Activations()
    {
        foreach (var function in Enum.GetValues<ActivationFunction>())
        {
            var settings = ActivationLayer.SettingsOf(function);
            yield return new(function.ToString(), (ref fields, _) => new ActivationLayer(
                function,
                settings.Length > 0 ? fields.Single(settings[0].File) : 0f,
                settings.Length > 1 ? fields.Single(settings[1].File) : 0f));
        }
    }

    private static void WriteValue(object value, Utf8JsonWriter json)
    {
        switch (value)
        {
            case int number:
                json.WriteNumberValue(number);
                break;
            case float number:
                json.WriteNumberValue(number);
                break;
            case bool truth:
                json.WriteBooleanValue(truth);
                break;
            case string or Enum:
                json.WriteStringValue(value.ToString());
                break;
            case Layer layer:
                Write(layer, json);
                break;
            case SlotRange range:
                WriteArray(new[] { range.Start, range.Count }, json);
                break;
            case ModuleTensor tensor:
                json.WriteStartObject();
                json.WriteString("name", tensor.Name);
                json.WritePropertyName("shape");
                WriteArray(tensor.Shape, json);
                json.WriteBoolean("trained", tensor.IsTrained);
                json.WriteEndObject();
                break;
            case IEnumerable items:
                WriteArray(items, json);
                break;
            default:
                throw new UnreachableException($"A setting of type {value.GetType()} has no form in JSON.");
        }
    }

    private static void WriteArray(IEnumerable items, Utf8JsonWriter json)
    {
        json.WriteStartArray();
        foreach (object item in items)
            WriteValue(item, json);
        json.WriteEndArray();
    }

    private static LayerList ReadLayers(JsonElement array, Func<JsonElement, Layer> nested) => new(array.EnumerateArray().Select(nested));

    private static SlotRangeList ReadRanges(ref JsonFields fields) => new(fields.Array("ranges").EnumerateArray().Select(ReadRange));

    private static SlotRange ReadRange(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 2
        && element[0].ValueKind == JsonValueKind.Number && element[0].TryGetInt32(out int start)
        && element[1].ValueKind == JsonValueKind.Number && element[1].TryGetInt32(out int count)
            ? new SlotRange(start, count)
            : throw NetworkFile.Damaged("a range of slots is not a start and a count");

    private static ModuleTensor ReadTensor(JsonElement element)
    {
        var fields = new JsonFields(element, "a tensor of a module");
        var tensor = new ModuleTensor(
            fields.String("name"),
            [.. fields.Array("shape").EnumerateArray().Select(size => size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out int value) && value >= 0
                ? value
                : throw NetworkFile.Damaged("a tensor's shape holds something else than sizes"))],
            fields.Boolean("trained"));
        fields.Done();
        return tensor;
    }
}
