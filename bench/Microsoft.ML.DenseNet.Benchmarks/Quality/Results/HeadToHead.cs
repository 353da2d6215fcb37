namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>How a trainer does against another on the primary metric, over the datasets that both have.</summary>
/// <param name="Wins">The datasets where it is better.</param>
/// <param name="Ties">The datasets where both are equal.</param>
/// <param name="Count">All datasets.</param>
/// <param name="WorstErrorRatio">The highest ratio of its error (1 - AUC, 1 - accuracy, RMSE) to the other's.</param>
/// <param name="WorstDataset">Where that is.</param>
internal sealed record HeadToHead(int Wins, int Ties, int Count, double WorstErrorRatio, string WorstDataset);
