namespace Microsoft.ML.DenseNet;

/// <summary>How the predictions for the training rows were distributed.</summary>
public sealed record PredictionStatistics
{
    internal PredictionStatistics(SlotStatistics distribution, bool isHeldOut, double effectiveRows) =>
        (Distribution, IsHeldOut, EffectiveRows) = (distribution, isHeldOut, effectiveRows);

    /// <summary>
    /// For two classes the probability of the positive one, and for numbers the prediction, as <see cref="NumberStatistics"/>; for several classes
    /// how often each was the most likely, as <see cref="CategoryStatistics"/>. Its slot is 0.
    /// </summary>
    public SlotStatistics Distribution { get; }

    /// <summary>
    /// Whether the predictions are of rows that the predicting network had not learned from: the default network's folds, or validation rows.
    /// Otherwise they are of the training rows, about which a network is surer than about new ones.
    /// </summary>
    public bool IsHeldOut { get; }

    /// <summary>The number of equally weighted rows that would determine the shares as precisely.</summary>
    public double EffectiveRows { get; }
}
