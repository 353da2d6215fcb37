namespace Microsoft.ML.DenseNet;

/// <summary>How a network's first layers prepare its features: (x − center) · scale, and whatever else that kind of scaling does.</summary>
/// <param name="Nodes">The layers: a scaling (see <see cref="Layer.IsInputScaling"/>), possibly after missing-value indicators that it scales too.</param>
internal sealed record InputScaling(IReadOnlyList<LayerNode> Nodes)
{
    /// <summary>Returns the input scaling that a sequence begins with; null if there is none.</summary>
    public static InputScaling? Of(IReadOnlyList<LayerNode> nodes) => nodes switch
    {
        [{ Layer.IsInputScaling: true } scaling, ..] => new([scaling]),
        [{ Layer: MissingIndicatorsLayer } indicators, { Layer.IsInputScaling: true } scaling, ..] => new([indicators, scaling]),
        _ => null,
    };

    /// <summary>The layer that scales.</summary>
    public LayerNode Node => Nodes[^1];

    public Layer Layer => Node.Layer;

    /// <summary>Whether there are indicators of missing values.</summary>
    public bool HasIndicators => Nodes.Count > 1;

    /// <summary>How many of the network's untrained values belong to it; they come first.</summary>
    public int BufferCount => CenterPlace.Count + ScalePlace.Count;

    private TensorPlace CenterPlace => Node.Parameters[0];

    private TensorPlace ScalePlace => Node.Parameters[1];

    /// <summary>What is subtracted from each feature.</summary>
    /// <param name="buffers">The network's untrained values.</param>
    public Memory<float> Center(float[] buffers) => buffers.AsMemory(CenterPlace.Offset, CenterPlace.Count);

    /// <summary>What each difference is multiplied by.</summary>
    /// <inheritdoc cref="Center"/>
    public Memory<float> Scale(float[] buffers) => buffers.AsMemory(ScalePlace.Offset, ScalePlace.Count);
}
