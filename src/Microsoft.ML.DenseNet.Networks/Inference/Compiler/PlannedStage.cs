namespace Microsoft.ML.DenseNet;

/// <summary>A stage of a flattened sequence, before it becomes steps.</summary>
internal abstract record PlannedStage;
