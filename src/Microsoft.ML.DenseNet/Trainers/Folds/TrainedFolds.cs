namespace Microsoft.ML.DenseNet;

/// <summary>The networks of a model, and what became of them.</summary>
/// <param name="Network">Their average, without the layers that bring predictions to the label's unit.</param>
/// <param name="Folds">The networks, with the rows that they did not see.</param>
/// <param name="Calibration">The map of their outputs; null for none.</param>
internal sealed record TrainedFolds(TrainedNetwork Network, IReadOnlyList<FoldResult> Folds, Calibration? Calibration);
