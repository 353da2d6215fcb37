using System.Buffers;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>A <see cref="Layer"/> as nested JSON objects, each with the layer's <c>type</c> and its settings.</summary>
internal static class LayerJson
{
    /// <summary>JSON levels of the deepest accepted network: each combinator is an object that holds an array.</summary>
    public const int MaximumJsonDepth = 2 * Layer.MaximumDepth;

    /// <summary>The one place to add a new kind of layer to.</summary>
    internal static readonly LayerJsonFormat[] Formats =
    [
        LayerJsonFormat.For<LinearLayer>("Linear",
            (layer, json) =>
            {
                json.WriteNumber("units", layer.Units);
                json.WriteBoolean("bias", layer.HasBias);
            },
            (ref fields, _) => new LinearLayer(fields.Int32("units"), fields.Boolean("bias"))),
        LayerJsonFormat.For<EmbeddingBagLayer>("EmbeddingBag",
            (layer, json) => json.WriteNumber("units", layer.Units),
            (ref fields, _) => new EmbeddingBagLayer(fields.Int32("units"))),
        LayerJsonFormat.For<PReLULayer>("PReLU",
            (layer, json) =>
            {
                json.WriteBoolean("perUnit", layer.PerUnit);
                json.WriteNumber("initialSlope", layer.InitialSlope);
            },
            (ref fields, _) => new PReLULayer(fields.Boolean("perUnit"), fields.Single("initialSlope"))),
        LayerJsonFormat.For<DropoutLayer>("Dropout",
            (layer, json) => json.WriteNumber("probability", layer.Probability),
            (ref fields, _) => new DropoutLayer(fields.Single("probability"))),
        LayerJsonFormat.For<BatchNormLayer>("BatchNorm",
            (layer, json) =>
            {
                json.WriteNumber("epsilon", layer.Epsilon);
                json.WriteNumber("momentum", layer.Momentum);
            },
            (ref fields, _) => new BatchNormLayer(fields.Single("epsilon"), fields.Single("momentum"))),
        LayerJsonFormat.For<LayerNormLayer>("LayerNorm",
            (layer, json) => json.WriteNumber("epsilon", layer.Epsilon),
            (ref fields, _) => new LayerNormLayer(fields.Single("epsilon"))),
        LayerJsonFormat.For<StandardizeLayer>("Standardize", (_, _) => { }, (ref _, _) => new StandardizeLayer()),
        LayerJsonFormat.For<DestandardizeLayer>("Destandardize", (_, _) => { }, (ref _, _) => new DestandardizeLayer()),
        LayerJsonFormat.For<RobustScaleLayer>("RobustScale", (_, _) => { }, (ref _, _) => new RobustScaleLayer()),
        LayerJsonFormat.For<ScaleLayer>("Scale", (_, _) => { }, (ref _, _) => new ScaleLayer()),
        LayerJsonFormat.For<SelectLayer>("Select", WriteSelect, ReadSelect),
        LayerJsonFormat.For<PeriodicEmbeddingLayer>("PeriodicEmbedding",
            (layer, json) =>
            {
                json.WriteNumber("frequencies", layer.Frequencies);
                json.WriteNumber("width", layer.Width);
                json.WriteNumber("frequencyDeviation", layer.FrequencyDeviation);
            },
            (ref fields, _) => new PeriodicEmbeddingLayer(fields.Int32("frequencies"), fields.Int32("width"), fields.Single("frequencyDeviation"))),
        LayerJsonFormat.For<PiecewiseLinearEmbeddingLayer>("PiecewiseLinearEmbedding",
            (layer, json) =>
            {
                json.WriteNumber("bins", layer.Bins);
                json.WriteNumber("width", layer.Width);
            },
            (ref fields, _) => new PiecewiseLinearEmbeddingLayer(fields.Int32("bins"), fields.Int32("width"))),
        LayerJsonFormat.For<RepeatLayer>("Repeat",
            (layer, json) => json.WriteNumber("count", layer.Count),
            (ref fields, _) => new RepeatLayer(fields.Int32("count"))),
        LayerJsonFormat.For<EnsembleLinearLayer>("EnsembleLinear",
            (layer, json) =>
            {
                json.WriteNumber("members", layer.Members);
                json.WriteNumber("units", layer.Units);
                json.WriteBoolean("bias", layer.HasBias);
                json.WriteString("scaling", layer.Scaling.ToString());
            },
            (ref fields, _) => new EnsembleLinearLayer(fields.Int32("members"), fields.Int32("units"), fields.Boolean("bias"), fields.Enum<MemberScaling>("scaling"))),
        LayerJsonFormat.For<MemberLinearLayer>("MemberLinear",
            (layer, json) =>
            {
                json.WriteNumber("members", layer.Members);
                json.WriteNumber("units", layer.Units);
            },
            (ref fields, _) => new MemberLinearLayer(fields.Int32("members"), fields.Int32("units"))),
        LayerJsonFormat.For<MemberMeanLayer>("MemberMean",
            (layer, json) =>
            {
                json.WriteNumber("members", layer.Members);
                json.WriteString("mean", layer.Mean.ToString());
            },
            (ref fields, _) => new MemberMeanLayer(fields.Int32("members"), fields.Enum<MeanKind>("mean"))),
        LayerJsonFormat.For<SequentialLayer>("Sequential",
            (layer, json) => WriteAll("layers", layer.Layers, json),
            (ref fields, nested) => new SequentialLayer(ReadAll(fields.Array("layers"), nested))),
        LayerJsonFormat.For<SumLayer>("Sum",
            (layer, json) => WriteAll("branches", layer.Branches, json),
            (ref fields, nested) => new SumLayer(ReadAll(fields.Array("branches"), nested))),
        LayerJsonFormat.For<ConcatLayer>("Concat",
            (layer, json) => WriteAll("branches", layer.Branches, json),
            (ref fields, nested) => new ConcatLayer(ReadAll(fields.Array("branches"), nested))),
        LayerJsonFormat.For<ResidualLayer>("Residual",
            (layer, json) =>
            {
                json.WritePropertyName("body");
                Write(layer.Body, json);
            },
            (ref fields, nested) => new ResidualLayer(nested(fields.Take("body")))),
        LayerJsonFormat.For<ModuleLayer>("Module", WriteModule, ReadModule),
        LayerJsonFormat.For(ActivationFunction.Identity),
        LayerJsonFormat.For(ActivationFunction.ReLU),
        LayerJsonFormat.For(ActivationFunction.LeakyReLU, "negativeSlope"),
        LayerJsonFormat.For(ActivationFunction.ELU, "alpha"),
        LayerJsonFormat.For(ActivationFunction.SELU),
        LayerJsonFormat.For(ActivationFunction.GELU),
        LayerJsonFormat.For(ActivationFunction.SiLU),
        LayerJsonFormat.For(ActivationFunction.Mish),
        LayerJsonFormat.For(ActivationFunction.Softplus, "beta", "threshold"),
        LayerJsonFormat.For(ActivationFunction.Softsign),
        LayerJsonFormat.For(ActivationFunction.Tanh),
        LayerJsonFormat.For(ActivationFunction.Sigmoid),
        LayerJsonFormat.For(ActivationFunction.HardSigmoid),
        LayerJsonFormat.For(ActivationFunction.HardSwish),
        LayerJsonFormat.For(ActivationFunction.HardTanh, "minimum", "maximum"),
        LayerJsonFormat.For(ActivationFunction.Exp),
    ];

    private static readonly Dictionary<string, LayerJsonFormat> FormatsByName = Formats.ToDictionary(format => format.Name, StringComparer.Ordinal);

    public static void Write(Layer layer, Utf8JsonWriter json)
    {
        var format = Array.Find(Formats, candidate => candidate.Accepts(layer))
            ?? throw new NotSupportedException($"{layer.GetType().Name} ({layer.Kind}) cannot be saved: {nameof(LayerJson)} has no format for it.");

        json.WriteStartObject();
        json.WriteString("type", format.Name);
        format.Write(layer, json);
        json.WriteEndObject();
    }

    /// <summary>A layer's JSON alone, in UTF-8.</summary>
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
            if (!FormatsByName.TryGetValue(name, out var format))
                throw NetworkFile.Damaged($"'{NetworkFile.Excerpt(name)}' is not a layer that this version knows");

            Layer layer;
            try
            {
                layer = format.Read(ref fields, Nested);
            }
            catch (ArgumentException e)
            {
                // A setting out of its range, or nesting too deep: the layers check that themselves.
                throw NetworkFile.Damaged($"layer '{name}' is not valid: {NetworkFile.Excerpt(e.Message)}");
            }

            fields.Done();
            return layer;
        }
    }

    private static void WriteAll(string name, LayerList layers, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (var layer in layers)
            Write(layer, json);
        json.WriteEndArray();
    }

    private static LayerList ReadAll(JsonElement array, Func<JsonElement, Layer> nested) => new(array.EnumerateArray().Select(nested));

    private static void WriteSelect(SelectLayer layer, Utf8JsonWriter json)
    {
        json.WriteStartArray("ranges");
        foreach (var range in layer.Ranges)
        {
            json.WriteStartArray();
            json.WriteNumberValue(range.Start);
            json.WriteNumberValue(range.Count);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static SelectLayer ReadSelect(ref JsonFields fields, Func<JsonElement, Layer> nested)
    {
        return new SelectLayer(new SlotRangeList(fields.Array("ranges").EnumerateArray().Select(Range)));

        static SlotRange Range(JsonElement element) =>
            element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 2
            && element[0].ValueKind == JsonValueKind.Number && element[0].TryGetInt32(out int start)
            && element[1].ValueKind == JsonValueKind.Number && element[1].TryGetInt32(out int count)
                ? new SlotRange(start, count)
                : throw NetworkFile.Damaged("a range of slots is not a start and a count");
    }

    private static void WriteModule(ModuleLayer layer, Utf8JsonWriter json)
    {
        json.WriteString("name", layer.Name);
        json.WriteNumber("units", layer.Units);
        if (layer.Structure is { } structure)
            json.WriteString("structure", structure);
        json.WriteStartArray("tensors");
        foreach (var tensor in layer.Tensors)
        {
            json.WriteStartObject();
            json.WriteString("name", tensor.Name);
            json.WriteStartArray("shape");
            foreach (int size in tensor.Shape)
                json.WriteNumberValue(size);
            json.WriteEndArray();
            json.WriteBoolean("trained", tensor.IsTrained);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static ModuleLayer ReadModule(ref JsonFields fields, Func<JsonElement, Layer> nested)
    {
        var tensors = fields.Array("tensors").EnumerateArray().Select(element =>
        {
            var tensor = new JsonFields(element, "a tensor of a module");
            var result = new ModuleTensor(
                tensor.String("name"),
                [.. tensor.Array("shape").EnumerateArray().Select(size => size.ValueKind == JsonValueKind.Number && size.TryGetInt32(out int value) && value >= 0
                    ? value
                    : throw NetworkFile.Damaged("a tensor's shape holds something else than sizes"))],
                tensor.Boolean("trained"));
            tensor.Done();
            return result;
        });
        return new ModuleLayer(fields.String("name"), fields.Int32("units"), new ModuleTensorList(tensors), fields.OptionalString("structure"));
    }
}
