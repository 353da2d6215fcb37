using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>How one kind of layer is written to the header of a model file, and read from it.</summary>
/// <param name="Name">What stands in the JSON object's field <c>type</c>.</param>
/// <param name="Accepts">Whether a layer is one of these; activations share one type and differ by function.</param>
/// <param name="Write">Writes the layer's own fields.</param>
/// <param name="Read">Reads them back and makes the layer.</param>
internal sealed record LayerJsonFormat(
    string Name,
    Func<Layer, bool> Accepts,
    Action<Layer, Utf8JsonWriter> Write,
    LayerJsonFormat.Reader Read)
{
    /// <summary>Reads the fields of one layer. <paramref name="nested"/> reads a layer inside it.</summary>
    public delegate Layer Reader(ref JsonFields fields, Func<JsonElement, Layer> nested);

    /// <summary>A format for all layers of one type.</summary>
    public static LayerJsonFormat For<TLayer>(string name, Action<TLayer, Utf8JsonWriter> write, Reader read)
        where TLayer : Layer =>
        new(name, layer => layer is TLayer, (layer, json) => write((TLayer)layer, json), read);

    /// <summary>A format for an activation, whose settings, if it has any, are named in order.</summary>
    public static LayerJsonFormat For(ActivationFunction function, string? first = null, string? second = null) => new(
        function.ToString(),
        layer => layer is ActivationLayer activation && activation.Function == function,
        (layer, json) =>
        {
            var activation = (ActivationLayer)layer;
            if (first is not null)
                json.WriteNumber(first, activation.First);
            if (second is not null)
                json.WriteNumber(second, activation.Second);
        },
        (ref fields, _) => new ActivationLayer(
            function,
            first is null ? 0f : fields.Single(first),
            second is null ? 0f : fields.Single(second)));
}
