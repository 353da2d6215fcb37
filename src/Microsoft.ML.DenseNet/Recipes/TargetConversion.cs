namespace Microsoft.ML.DenseNet;

/// <summary>How a task's labels become what the network learns, and how the network's output becomes the prediction again.</summary>
/// <param name="Label">From the label to the target; null for no change.</param>
/// <param name="WeightFactor">From the label, unchanged, to a factor on the row's weight; null for none.</param>
/// <param name="OutputLayer">The layer that undoes <paramref name="Label"/>, last in the model and not trained; null for none.</param>
/// <param name="OutputBuffers">Its values.</param>
/// <param name="OutputRange">Where the network's outputs must end up, kept so by a layer before <paramref name="OutputLayer"/>; null for anywhere.</param>
internal sealed record TargetConversion(Func<float, float>? Label, Func<float, float>? WeightFactor, Layer? OutputLayer, float[] OutputBuffers, (float Minimum, float Maximum)? OutputRange = null)
{
    /// <summary>What the network's outputs start near, through the bias of its output layer; null for what the initialization gives.</summary>
    public float? OutputStart { get; init; }

    /// <summary>The conversion that changes nothing.</summary>
    public static TargetConversion None { get; } = new(null, null, null, []);

    /// <summary>A network with the layers behind it that make a prediction of its output.</summary>
    public TrainedNetwork Complete(TrainedNetwork network) =>
        IsComplete ? network : Complete(network.Layout, network.Parameters.ToArray(), network.Buffers.ToArray(), network.History);

    /// <summary>The same of a network's values.</summary>
    /// <param name="layout">The network without those layers.</param>
    /// <param name="parameters">Its trained values; they are taken over.</param>
    /// <param name="buffers">Its values that are not trained; they are taken over.</param>
    /// <param name="history">The course of the training.</param>
    public TrainedNetwork Complete(NetworkLayout layout, float[] parameters, float[] buffers, TrainingHistory history) =>
        new(Complete(layout), parameters, OutputBuffers.Length == 0 ? buffers : [.. buffers, .. OutputBuffers], history);

    /// <inheritdoc cref="Complete(TrainedNetwork)"/>
    public NetworkLayout Complete(NetworkLayout layout)
    {
        if (IsComplete)
            return layout;
        var stage = new List<Layer>();
        if (OutputRange is var (minimum, maximum))
            stage.Add(Layer.HardTanh(minimum, maximum));
        if (OutputLayer is not null)
            stage.Add(OutputLayer);
        return new NetworkLayout(NetworkComposer.Append(layout, stage), layout.InputWidth);
    }

    /// <summary>Whether nothing lies behind the network.</summary>
    private bool IsComplete => OutputRange is null && OutputLayer is null;
}
