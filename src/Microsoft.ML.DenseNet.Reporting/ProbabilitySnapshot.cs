namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What a network in training predicted after an epoch.</summary>
/// <param name="Epoch">The epoch; 0 before training.</param>
/// <param name="Probabilities">A probability a row: of the positive class, or of the row's own class where there are more than two.</param>
public sealed record ProbabilitySnapshot(int Epoch, IReadOnlyList<double> Probabilities);
