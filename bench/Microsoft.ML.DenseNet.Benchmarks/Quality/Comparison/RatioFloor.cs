namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// The smallest errors that ratios tell apart. On a dataset that is as good as solved, one row more or less multiplies the error, and
/// dividing by an error of 0 is impossible; so values below the floor count as the floor, in both parts of a ratio.
/// </summary>
internal static class RatioFloor
{
    /// <summary>Of 1 - AUC and 1 - accuracy.</summary>
    public const double ClassError = 0.005;

    /// <summary>Of the log-loss, in nats.</summary>
    public const double LogLoss = 0.01;

    /// <summary>Of an RMSE: it has a unit, so there is no floor for all datasets.</summary>
    public const double None = 0;

    /// <summary>The floor of a task's error: 1 - AUC, 1 - accuracy or RMSE.</summary>
    public static double OfError(TabularTask task) => task == TabularTask.Regression ? None : ClassError;

    /// <summary>The floor of a task's loss: log-loss or RMSE.</summary>
    public static double OfLoss(TabularTask task) => task == TabularTask.Regression ? None : LogLoss;
}
