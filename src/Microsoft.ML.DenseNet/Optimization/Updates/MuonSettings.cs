namespace Microsoft.ML.DenseNet;

/// <summary>The settings of <see cref="Optimizers.Muon"/> that concern matrices.</summary>
/// <param name="Momentum">The decay of the gradient's average.</param>
/// <param name="Nesterov">Whether the gradient is averaged with it once more.</param>
/// <param name="Coefficients">a, b and c of the iteration X ← a X + b (X Xᵀ) X + c (X Xᵀ)² X.</param>
/// <param name="Epsilon">The smallest norm that a matrix is divided by.</param>
/// <param name="Steps">The number of iterations.</param>
/// <param name="Adjustment">How the learning rate depends on a matrix's shape.</param>
/// <param name="OtherLearningRate">AdamW's learning rate for all other parameters; null for the same.</param>
internal sealed record MuonSettings(
    double Momentum, bool Nesterov, (double A, double B, double C) Coefficients, double Epsilon, int Steps, MuonAdjustment Adjustment, double? OtherLearningRate)
{
    /// <summary>What the learning rate is multiplied by for a matrix of this shape.</summary>
    public double RateFactor(int rows, int columns) => Adjustment switch
    {
        MuonAdjustment.MatchRmsAdamW => 0.2 * Math.Sqrt(Math.Max(rows, columns)),
        _ => Math.Sqrt(Math.Max(1, (double)rows / columns)),
    };
}
