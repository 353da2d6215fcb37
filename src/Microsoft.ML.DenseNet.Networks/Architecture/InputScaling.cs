namespace Microsoft.ML.DenseNet;

/// <summary>The first layer of a network that scales its features: (x − center) · scale, and whatever else its kind does.</summary>
/// <param name="Node">A layer whose <see cref="Layer.IsInputScaling"/> is true.</param>
internal sealed record InputScaling(LayerNode Node)
{
    public Layer Layer => Node.Layer;

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
