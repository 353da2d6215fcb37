namespace Microsoft.ML.DenseNet;

/// <summary>The networks of a model that have been trained so far.</summary>
/// <param name="Plan">What is trained.</param>
/// <param name="Results">The networks, with their outputs for the rows that they did not see.</param>
/// <param name="Calibration">The calibration that the model would get if training ended here; null for none.</param>
/// <param name="Work">The work so far, in weights times rows.</param>
internal sealed record FoldsSoFar(TrainingPlan Plan, IReadOnlyList<FoldResult> Results, Calibration? Calibration, double Work);
