namespace Microsoft.ML.DenseNet;

/// <summary>A layer in a particular network: its widths, its children and where its parameters are.</summary>
public sealed class LayerNode
{
    internal LayerNode(Layer layer, string path, int inputWidth, int outputWidth, IReadOnlyList<TensorPlace> parameters, IReadOnlyList<LayerNode>? children = null)
    {
        Layer = layer;
        Path = path;
        InputWidth = inputWidth;
        OutputWidth = outputWidth;
        Parameters = parameters;
        Children = children ?? [];
    }

    /// <summary>The layer.</summary>
    public Layer Layer { get; }

    /// <summary>Its path in the network, numbered as in PyTorch: <c>1.0</c> is the first child of the second layer; empty for the root.</summary>
    public string Path { get; }

    /// <summary>The width of the rows it reads.</summary>
    public int InputWidth { get; }

    /// <summary>The width of the rows it outputs.</summary>
    public int OutputWidth { get; }

    /// <summary>Its own tensors (not its children's), in the order in which the layer's description names them.</summary>
    public IReadOnlyList<TensorPlace> Parameters { get; }

    /// <summary>The layers inside a combinator, in order; empty for a leaf.</summary>
    public IReadOnlyList<LayerNode> Children { get; }

    /// <summary>The number of trained values in its own tensors.</summary>
    internal int TrainedCount => Parameters.Where(place => place.IsTrained).Sum(place => place.Count);

    /// <summary>This node and all below it, parents first.</summary>
    public IEnumerable<LayerNode> DescendantsAndSelf()
    {
        yield return this;
        foreach (var child in Children)
        {
            foreach (var node in child.DescendantsAndSelf())
                yield return node;
        }
    }
}
