namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>Applies layers one after the other. An empty sequence is the identity.</summary>
    /// <param name="layers">The layers, in the order in which they are applied.</param>
    /// <exception cref="ArgumentException">A layer is null, or they are nested deeper than <see cref="MaximumDepth"/>.</exception>
    public static Layer Sequential(params IEnumerable<Layer> layers) => new SequentialLayer(new LayerList(layers));
}

/// <summary>Layers one after the other; see <see cref="Layer.Sequential"/>.</summary>
public sealed record SequentialLayer : Layer
{
    private readonly LayerList _layers;

    internal SequentialLayer(LayerList layers) => _layers = layers;

    /// <summary>The layers, in the order in which they are applied.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <inheritdoc/>
    public override string Kind => "Sequential";

    internal override int Depth => _layers.Depth;

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Combinator;

    internal override IEnumerable<LayerSetting> Settings => [new("layers", Layers)];

    internal override bool IsElementwise => Layers.All(layer => layer.IsElementwise);

    internal override bool HasManagedGradient => true;

    internal override IReadOnlyList<Layer> Children => Layers;

    internal override bool ReadsSparse => Layers is [var first, ..] && first.ReadsSparse;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Sequential(node, x);

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
    public override string ToString() => $"{Kind}({_layers})";
}
