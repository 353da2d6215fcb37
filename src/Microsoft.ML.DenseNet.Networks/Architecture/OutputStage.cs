namespace Microsoft.ML.DenseNet;

/// <summary>
/// The untrained layers at a regression network's end that bring its output to the label's own unit: Exp, or Destandardize with or
/// without a HardTanh before it, which keeps predictions in the range of the labels.
/// </summary>
/// <param name="Nodes">The layers.</param>
internal sealed record OutputStage(IReadOnlyList<LayerNode> Nodes)
{
    /// <summary>Whether the network's output is the logarithm of the prediction.</summary>
    public bool TakesExponential => IsExp(Nodes[^1].Layer);

    /// <summary>Whether the network's output is standardized.</summary>
    public bool Destandardizes => Nodes[^1].Layer is DestandardizeLayer;

    /// <summary>Where the network's output is kept; null for anywhere.</summary>
    public (float Minimum, float Maximum)? Range => Nodes is [{ Layer: ActivationLayer clamp }, _] ? (clamp.First, clamp.Second) : null;

    /// <summary>The layers at the end of a sequence that are such a stage; null where there are none.</summary>
    public static OutputStage? Of(IReadOnlyList<LayerNode> nodes) => nodes switch
    {
        [.., { Layer: ActivationLayer { Function: ActivationFunction.HardTanh } } clamp, { Layer: DestandardizeLayer } last] => new([clamp, last]),
        [.., { Layer: DestandardizeLayer } last] => new([last]),
        [.., { Layer: var layer } last] when IsExp(layer) => new([last]),
        _ => null,
    };

    /// <summary>The target's mean and deviation, of a stage that <see cref="Destandardizes"/>.</summary>
    /// <param name="buffers">The network's values that are not trained.</param>
    public (float Mean, float Deviation) Standardization(ReadOnlySpan<float> buffers) =>
        (buffers[Nodes[^1].Parameters[0].Offset], buffers[Nodes[^1].Parameters[1].Offset]);

    private static bool IsExp(Layer layer) => layer is ActivationLayer { Function: ActivationFunction.Exp };
}
