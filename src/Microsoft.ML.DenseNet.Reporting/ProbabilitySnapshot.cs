namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>What a network predicted after an epoch of training, or the final model's predictions.</summary>
/// <param name="Epoch">The epoch; 0 before training. For a model, the number of epochs it was trained for.</param>
/// <param name="Probabilities">One probability per row: of the positive class, or of the row's own class if there are more than two.</param>
/// <param name="IsModel">Whether it is the model's own prediction, with its final weights.</param>
public sealed record ProbabilitySnapshot(int Epoch, IReadOnlyList<double> Probabilities, bool IsModel = false);
