namespace Microsoft.ML.DenseNet;

/// <summary>The networks of a model, and what became of them.</summary>
/// <param name="Network">Their average, without the layers that bring predictions to the label's unit.</param>
/// <param name="Folds">The networks, with the rows that they did not see.</param>
/// <param name="FirstDeal">Those of <paramref name="Folds"/> that did not see parts of the first deal of the rows: for what counts every held-out row once.</param>
/// <param name="Calibration">The map of their outputs; null for none.</param>
internal sealed record TrainedFolds(TrainedNetwork Network, IReadOnlyList<FoldResult> Folds, IReadOnlyList<FoldResult> FirstDeal, Calibration? Calibration);
