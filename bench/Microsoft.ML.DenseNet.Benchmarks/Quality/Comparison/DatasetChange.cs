namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>What a trainer reached on a dataset before and after a change, over the seeds that both have.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Task">Decides what the error and the loss are.</param>
/// <param name="Seeds">The number of seeds.</param>
/// <param name="Error">1 - AUC, 1 - accuracy or RMSE.</param>
/// <param name="Loss">Log-loss or RMSE.</param>
/// <param name="FitSeconds">The seconds to train.</param>
internal sealed record DatasetChange(string Dataset, TabularTask Task, int Seeds, StatisticPair Error, StatisticPair Loss, StatisticPair FitSeconds);
