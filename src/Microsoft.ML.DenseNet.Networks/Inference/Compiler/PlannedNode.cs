namespace Microsoft.ML.DenseNet;

/// <summary>A layer that becomes steps of its own: a combinator, or a normalization of rows.</summary>
internal sealed record PlannedNode(LayerNode Node) : PlannedStage;
