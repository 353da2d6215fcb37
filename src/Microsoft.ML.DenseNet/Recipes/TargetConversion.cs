namespace Microsoft.ML.DenseNet;

/// <summary>How a task's labels become what the network learns, and how the network's output is turned back into the prediction.</summary>
/// <param name="Label">Maps a label to its target; null for no change.</param>
/// <param name="WeightFactor">Maps the unchanged label to a factor on the row's weight; null for none.</param>
/// <param name="OutputLayer">The layer that undoes <paramref name="Label"/>, last in the model and not trained; null for none.</param>
/// <param name="OutputBuffers">That layer's values.</param>
/// <param name="OutputRange">The range to which a layer before <paramref name="OutputLayer"/> clamps the network's outputs; null for no limits.</param>
internal sealed record TargetConversion(Func<float, float>? Label, Func<float, float>? WeightFactor, Layer? OutputLayer, float[] OutputBuffers, (float Minimum, float Maximum)? OutputRange = null)
{
    /// <summary>The value near which the network's outputs start, through the bias of its output layer; null to leave it to the initialization.</summary>
    public float? OutputStart { get; init; }

    /// <summary>What the conversion does to the rows, apart from numbers that are computed from them; empty for nothing.</summary>
    public string Name { get; init; } = "";

    /// <summary>The layer before all others that are appended, which makes quantiles ascend; null for none.</summary>
    public AscendingLayer? Ascending { get; init; }

    /// <summary>The conversion that changes nothing.</summary>
    public static TargetConversion None { get; } = new(null, null, null, []);

    /// <summary>Turns the outputs of the trained network into a prediction in the label's unit, in place, as the appended layers do.</summary>
    public void ToPrediction(Span<float> outputs)
    {
        if (Ascending is not null)
            AscendingLayer.Apply(outputs, Ascending.Middle, outputs);
        foreach (ref float output in outputs)
        {
            if (OutputRange is var (minimum, maximum))
                output = Math.Clamp(output, minimum, maximum);
            output = OutputLayer switch { null => output, DestandardizeLayer => ToLabel(output), _ => MathF.Exp(output) };
        }
    }

    /// <summary>Turns a target back into the label.</summary>
    public float ToLabel(float target) => OutputLayer is DestandardizeLayer ? OutputBuffers[0] + (OutputBuffers[^1] * target) : target;

    /// <summary>Appends to a network the layers that turn its output into a prediction.</summary>
    public TrainedNetwork Complete(TrainedNetwork network) =>
        IsComplete ? network : Complete(network.Layout, network.Parameters.ToArray(), network.Buffers.ToArray(), network.History).Quantize(network.Quantization);

    /// <summary>The same, given a network's values.</summary>
    /// <param name="layout">The network without those layers.</param>
    /// <param name="parameters">Its trained values, of which this takes ownership.</param>
    /// <param name="buffers">Its values that are not trained, of which this takes ownership.</param>
    /// <param name="history">The history of the training.</param>
    public TrainedNetwork Complete(NetworkLayout layout, float[] parameters, float[] buffers, TrainingHistory history) =>
        new(Complete(layout), parameters, OutputBuffers.Length == 0 ? buffers : [.. buffers, .. OutputBuffers], history);

    /// <inheritdoc cref="Complete(TrainedNetwork)"/>
    public NetworkLayout Complete(NetworkLayout layout)
    {
        if (IsComplete)
            return layout;
        var stage = new List<Layer>();
        if (Ascending is not null)
            stage.Add(Ascending);
        if (OutputRange is var (minimum, maximum))
            stage.Add(Layer.HardTanh(minimum, maximum));
        if (OutputLayer is not null)
            stage.Add(OutputLayer);
        return new NetworkLayout(NetworkComposer.Append(layout, stage), layout.InputWidth);
    }

    /// <summary>Whether no layers follow the network.</summary>
    private bool IsComplete => OutputRange is null && OutputLayer is null && Ascending is null;
}
