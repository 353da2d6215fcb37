namespace Microsoft.ML.DenseNet;

/// <summary>Layers that a program does not compute, because its input holds their outputs, side by side after the features.</summary>
internal sealed class GivenOutputs
{
    private readonly Dictionary<LayerNode, SlotRange> _columns = [];

    /// <param name="first">The number of columns before them.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="unread">The layers that nothing but these reads.</param>
    public GivenOutputs(int first, IReadOnlyList<LayerNode> layers, IEnumerable<LayerNode> unread)
    {
        Width = first;
        foreach (var layer in layers)
        {
            _columns.Add(layer, new SlotRange(Width, layer.OutputWidth));
            Width += layer.OutputWidth;
        }

        Unread = [.. unread];
    }

    /// <summary>The number of columns of the input.</summary>
    public int Width { get; }

    /// <summary>The columns of each layer's output.</summary>
    public IReadOnlyDictionary<LayerNode, SlotRange> Columns => _columns;

    /// <summary>The layers that nothing reads any more.</summary>
    public HashSet<LayerNode> Unread { get; }
}
