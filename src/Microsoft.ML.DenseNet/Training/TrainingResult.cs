namespace Microsoft.ML.DenseNet;

/// <summary>What a training leaves behind.</summary>
/// <param name="Parameters">The trained values, in the layout's order.</param>
/// <param name="Buffers">The values that are kept but not trained, in the layout's order.</param>
/// <param name="History">The course of the training.</param>
internal sealed record TrainingResult(float[] Parameters, float[] Buffers, TrainingHistory History);
