namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>How a trainer compares with another on the primary metric, over the datasets that both have.</summary>
/// <param name="Wins">The number of datasets where it is better.</param>
/// <param name="Ties">The number of datasets where both are equal.</param>
/// <param name="Count">The number of all datasets.</param>
/// <param name="WorstErrorRatio">The highest ratio of its error (1 - AUC, 1 - accuracy, RMSE) to the other's.</param>
/// <param name="WorstDataset">The dataset with that ratio.</param>
internal sealed record HeadToHead(int Wins, int Ties, int Count, double WorstErrorRatio, string WorstDataset);
