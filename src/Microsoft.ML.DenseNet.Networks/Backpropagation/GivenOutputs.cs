namespace Microsoft.ML.DenseNet;

/// <summary>Layers that a program does not compute, because its input holds their outputs, side by side after the features.</summary>
internal sealed class GivenOutputs
{
    private readonly Dictionary<LayerNode, SlotRange> _columns = [];

    /// <param name="features">The number of columns before them.</param>
    /// <param name="layers">The layers.</param>
    public GivenOutputs(int features, IEnumerable<LayerNode> layers)
    {
        Features = Width = features;
        foreach (var layer in layers)
        {
            _columns.Add(layer, new SlotRange(Width, layer.OutputWidth));
            Width += layer.OutputWidth;
        }
    }

    /// <summary>The number of columns that are features.</summary>
    public int Features { get; }

    /// <summary>The number of columns of the input.</summary>
    public int Width { get; }

    /// <summary>The columns of each layer's output.</summary>
    public IReadOnlyDictionary<LayerNode, SlotRange> Columns => _columns;
}
