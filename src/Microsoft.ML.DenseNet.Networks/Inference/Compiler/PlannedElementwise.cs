namespace Microsoft.ML.DenseNet;

/// <summary>An elementwise layer.</summary>
/// <param name="Function">What it computes.</param>
/// <param name="Activation">The layer, if the function has no values per column: layers that are equal then compute the same. Otherwise null.</param>
/// <param name="Output">What is known about its output before any row is seen.</param>
internal sealed record PlannedElementwise(ElementwiseFunction Function, ActivationLayer? Activation = null, ColumnFacts? Output = null) : PlannedStage;
