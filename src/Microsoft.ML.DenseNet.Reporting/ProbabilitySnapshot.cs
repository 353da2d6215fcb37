namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What a network in training predicted after an epoch, or the model in the end.</summary>
/// <param name="Epoch">The epoch; 0 before training. Of a model, how many epochs its training had.</param>
/// <param name="Probabilities">A probability a row: of the positive class, or of the row's own class where there are more than two.</param>
/// <param name="IsModel">Whether it is the model's own prediction, with the weights it was given in the end.</param>
public sealed record ProbabilitySnapshot(int Epoch, IReadOnlyList<double> Probabilities, bool IsModel = false);
