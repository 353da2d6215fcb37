namespace Microsoft.ML.DenseNet;

/// <summary>Puts a network together from its parts; what lies between them is one flat <see cref="SequentialLayer"/>.</summary>
internal static class NetworkComposer
{
    /// <summary>A Linear and a ReLU for each width.</summary>
    /// <param name="units">The widths.</param>
    /// <param name="readsSparse">Whether the first reads wide sparse rows, and so is an EmbeddingBag.</param>
    public static Layer Hidden(IReadOnlyList<int> units, bool readsSparse) =>
        Layer.Sequential(units.SelectMany((width, i) => new[] { readsSparse && i == 0 ? Layer.EmbeddingBag(width) : Layer.Linear(width), Layer.ReLU }));

    /// <summary>Input scaling, and the parts behind it.</summary>
    public static Layer Compose(bool scaleFeatures, params IEnumerable<Layer> parts) =>
        Layer.Sequential([.. scaleFeatures ? [Layer.Standardize] : Array.Empty<Layer>(), .. parts.SelectMany(part => part is SequentialLayer sequence ? (IEnumerable<Layer>)sequence.Layers : [part])]);

    public static Layer Append(Layer network, Layer last) => Layer.Sequential([.. ((SequentialLayer)network).Layers, last]);

    public static Layer Last(Layer network) => ((SequentialLayer)network).Layers[^1];

    public static Layer WithoutLast(Layer network) => Layer.Sequential(((SequentialLayer)network).Layers.SkipLast(1));
}
