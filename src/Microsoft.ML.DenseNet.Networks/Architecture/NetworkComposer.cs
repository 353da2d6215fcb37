namespace Microsoft.ML.DenseNet;

/// <summary>Assembles a network from its parts as one flat <see cref="SequentialLayer"/>.</summary>
internal static class NetworkComposer
{
    /// <summary>A Linear and a ReLU for each width.</summary>
    /// <param name="units">The widths.</param>
    /// <param name="readsSparse">Whether the first layer reads wide sparse rows, and is therefore an EmbeddingBag.</param>
    public static Layer Hidden(IReadOnlyList<int> units, bool readsSparse) =>
        Layer.Sequential(units.SelectMany((width, i) => new[] { readsSparse && i == 0 ? Layer.EmbeddingBag(width) : Layer.Linear(width), Layer.ReLU }));

    /// <summary>A whole network.</summary>
    /// <param name="inputScaling">The input scaling; null for none.</param>
    /// <param name="parts">What follows.</param>
    public static Layer Compose(Layer? inputScaling, params IEnumerable<Layer> parts) =>
        Layer.Sequential([.. inputScaling is null ? Array.Empty<Layer>() : [inputScaling], .. parts.SelectMany(part => part is SequentialLayer sequence ? sequence.Layers : [part])]);

    /// <summary>A network with layers added to its end.</summary>
    public static Layer Append(NetworkLayout network, params IEnumerable<Layer> stage) =>
        Layer.Sequential([.. network.Root.Children.Select(node => node.Layer), .. stage]);

    /// <summary>A network without its output stage.</summary>
    public static Layer WithoutOutputStage(NetworkLayout network) =>
        Layer.Sequential(network.Root.Children.SkipLast(network.OutputStage?.Nodes.Count ?? 0).Select(node => node.Layer));
}
