namespace Microsoft.ML.DenseNet;

/// <summary>An elementwise layer.</summary>
internal sealed record PlannedElementwise(ElementwiseFunction Function) : PlannedStage;
