namespace Microsoft.ML.DenseNet;

/// <summary>How a task's labels become what the network learns, and how the network's output becomes the prediction again.</summary>
/// <param name="Label">From the label to the target; null for no change.</param>
/// <param name="WeightFactor">From the label, unchanged, to a factor on the row's weight; null for none.</param>
/// <param name="OutputLayer">The layer that undoes <paramref name="Label"/>, last in the model and not trained; null for none.</param>
/// <param name="OutputBuffers">Its values.</param>
/// <param name="OutputRange">Where the network's outputs must end up, kept so by a layer before <paramref name="OutputLayer"/>; null for anywhere.</param>
internal sealed record TargetConversion(Func<float, float>? Label, Func<float, float>? WeightFactor, Layer? OutputLayer, float[] OutputBuffers, (float Minimum, float Maximum)? OutputRange = null)
{
    /// <summary>A network with the layers behind it that make a prediction of its output.</summary>
    public TrainedNetwork Complete(TrainedNetwork network)
    {
        var layer = Complete(network.Layout.Layer);
        return layer == network.Layout.Layer
            ? network
            : new TrainedNetwork(new NetworkLayout(layer, network.Layout.InputWidth), network.Parameters.ToArray(), [.. network.Buffers.Span, .. OutputBuffers], network.History);
    }

    /// <inheritdoc cref="Complete(TrainedNetwork)"/>
    public Layer Complete(Layer layer)
    {
        if (OutputRange is var (minimum, maximum))
            layer = NetworkComposer.Append(layer, Layer.HardTanh(minimum, maximum));
        return OutputLayer is { } tail ? NetworkComposer.Append(layer, tail) : layer;
    }
}
