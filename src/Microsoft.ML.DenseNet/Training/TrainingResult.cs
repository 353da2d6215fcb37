namespace Microsoft.ML.DenseNet;

/// <summary>The result of a training run.</summary>
/// <param name="Parameters">The trained values, in the layout's order.</param>
/// <param name="Buffers">The values that are kept but not trained, in the layout's order.</param>
/// <param name="History">The history of the run.</param>
internal sealed record TrainingResult(float[] Parameters, float[] Buffers, TrainingHistory History)
{
    /// <summary>The loss on training rows before and after the run, if it continued from an earlier model and had no validation rows; null otherwise.</summary>
    public (double Before, double After)? TrainingLosses { get; init; }
}
