namespace Microsoft.ML.DenseNet;

/// <summary>How the predictions for the training rows were distributed.</summary>
/// <param name="Distribution">
/// For two classes the probability of the positive one, and for numbers the prediction, as <see cref="NumberStatistics"/>; for several classes
/// how often each was the most likely, as <see cref="CategoryStatistics"/>. Its slot is 0.
/// </param>
/// <param name="IsHeldOut">
/// Whether the predictions are of rows that the predicting network had not learned from: the default network's folds, or validation rows.
/// Otherwise they are of the training rows, about which a network is surer than about new ones.
/// </param>
/// <param name="EffectiveRows">The number of equally weighted rows that would determine the shares as precisely.</param>
public sealed record PredictionStatistics(SlotStatistics Distribution, bool IsHeldOut, double EffectiveRows);
