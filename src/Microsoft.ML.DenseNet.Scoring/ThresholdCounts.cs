namespace Microsoft.ML.DenseNet;

/// <summary>The rows on each side of a threshold, by weight.</summary>
/// <param name="TruePositives">Positive rows above the threshold.</param>
/// <param name="FalsePositives">Negative rows above it.</param>
/// <param name="Positives">All positive rows.</param>
/// <param name="Negatives">All negative rows.</param>
internal readonly record struct ThresholdCounts(double TruePositives, double FalsePositives, double Positives, double Negatives)
{
    public double PredictedPositives => TruePositives + FalsePositives;

    public double FalseNegatives => Positives - TruePositives;

    public double TrueNegatives => Negatives - FalsePositives;
}
