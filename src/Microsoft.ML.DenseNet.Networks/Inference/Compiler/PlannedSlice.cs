namespace Microsoft.ML.DenseNet;

/// <summary>Adjacent columns of a branch's input, read where they are; always the branch's first stage.</summary>
/// <param name="Column">The first column.</param>
/// <param name="Width">The number of columns.</param>
internal sealed record PlannedSlice(int Column, int Width) : PlannedStage;
