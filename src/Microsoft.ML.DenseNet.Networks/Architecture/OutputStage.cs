namespace Microsoft.ML.DenseNet;

/// <summary>
/// The untrained layers at a regression network's end that convert its output to the label's unit: Exp, or Destandardize with or
/// without a HardTanh before it, which keeps predictions in the range of the labels. Before either, Ascending makes several quantiles.
/// </summary>
/// <param name="Nodes">The layers.</param>
internal sealed record OutputStage(IReadOnlyList<LayerNode> Nodes)
{
    /// <summary>Whether the network's output is the logarithm of the prediction.</summary>
    public bool TakesExponential => IsExp(Nodes[^1].Layer);

    /// <summary>Whether the network's output is standardized.</summary>
    public bool Destandardizes => Nodes[^1].Layer is DestandardizeLayer;

    /// <summary>The range to which the network's output is clipped; null if it is not.</summary>
    public (float Minimum, float Maximum)? Range => Nodes is [.., { Layer: ActivationLayer { Function: ActivationFunction.HardTanh } clamp }, _] ? (clamp.First, clamp.Second) : null;

    /// <summary>Returns the output stage at the end of a sequence; null if there is none.</summary>
    public static OutputStage? Of(IReadOnlyList<LayerNode> nodes)
    {
        var scaling = ScalingOf(nodes);
        int count = scaling?.Nodes.Count ?? 0;
        return nodes.SkipLast(count).LastOrDefault() is { Layer: AscendingLayer } ? new([.. nodes.TakeLast(count + 1)]) : scaling;
    }

    private static OutputStage? ScalingOf(IReadOnlyList<LayerNode> nodes) => nodes switch
    {
        [.., { Layer: ActivationLayer { Function: ActivationFunction.HardTanh } } clamp, { Layer: DestandardizeLayer } last] => new([clamp, last]),
        [.., { Layer: DestandardizeLayer } last] => new([last]),
        [.., { Layer: var layer } last] when IsExp(layer) => new([last]),
        _ => null,
    };

    /// <summary>The target's mean and standard deviation, for a stage that <see cref="Destandardizes"/>.</summary>
    /// <param name="buffers">The network's untrained values.</param>
    public (float Mean, float Deviation) Standardization(ReadOnlySpan<float> buffers) =>
        (buffers[Nodes[^1].Parameters[0].Offset], buffers[Nodes[^1].Parameters[1].Offset]);

    private static bool IsExp(Layer layer) => layer is ActivationLayer { Function: ActivationFunction.Exp };
}
