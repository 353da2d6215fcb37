namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>How a trainer fares against another.</summary>
/// <param name="Against">The other trainer, or a description of several.</param>
/// <param name="Losses">The comparison of log-losses and RMSEs.</param>
/// <param name="WorstErrorRatio">The highest ratio of its error to the other's on datasets with enough test rows; null if there is none.</param>
/// <param name="WorstDataset">The dataset with that ratio.</param>
internal sealed record LossStanding(string Against, PairedComparison Losses, double? WorstErrorRatio, string? WorstDataset);
