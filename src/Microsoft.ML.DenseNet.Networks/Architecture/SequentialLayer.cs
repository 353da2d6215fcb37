namespace Microsoft.ML.DenseNet;

/// <summary>Layers one after the other; see <see cref="Layer.Sequential"/>.</summary>
public sealed record SequentialLayer : Layer
{
    internal SequentialLayer(LayerList layers) => Layers = layers;

    /// <summary>The layers in the order in which a row passes them.</summary>
    public LayerList Layers { get; }

    /// <inheritdoc/>
    public override string Kind => "Sequential";

    internal override int Depth => Layers.Depth;

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        var children = new LayerNode[Layers.Count];
        int width = inputWidth;
        for (int i = 0; i < children.Length; i++)
        {
            children[i] = Layers[i].Bind(width, ParameterAllocator.Join(path, i), allocator);
            width = children[i].OutputWidth;
        }

        return new LayerNode(this, path, inputWidth, width, [], children);
    }

    internal override string Describe(int inputWidth) => "";

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}({Layers})";
}
