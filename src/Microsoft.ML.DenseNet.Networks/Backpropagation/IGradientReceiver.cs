namespace Microsoft.ML.DenseNet;

/// <summary>Receives a gradient while it is being computed.</summary>
internal interface IGradientReceiver
{
    /// <summary>When to call <see cref="Receive"/>; the last stage is the end.</summary>
    IReadOnlyList<GradientStage> Stages { get; }

    /// <summary>Called when the loss is known, before the gradient of any parameter is.</summary>
    /// <param name="loss">The mean loss.</param>
    void Begin(double loss);

    /// <summary>Called when a stage is reached.</summary>
    void Receive(int stage);
}
