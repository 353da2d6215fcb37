namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>The metrics' names in files.</summary>
internal static class MetricNames
{
    public const string Auc = "auc";
    public const string Accuracy = "accuracy";
    public const string LogLoss = "logloss";
    public const string RootMeanSquaredError = "rmse";
    public const string MeanAbsoluteError = "mae";
    public const string RSquared = "r2";
    public const string RateRatio = "rate_ratio";
    public const string RateError = "rate_error";
    public const string CalibrationError = "ece";

    /// <summary>The metric that decides who is better.</summary>
    public static string Primary(TabularTask task) => task switch
    {
        TabularTask.Binary => Auc,
        TabularTask.Multiclass => Accuracy,
        _ => RSquared,
    };

    /// <summary>The metric whose error is compared: 1 minus AUC or accuracy, or the RMSE.</summary>
    public static string Error(TabularTask task) => task == TabularTask.Regression ? RootMeanSquaredError : Primary(task);

    /// <summary>The metric that counts how far off every prediction is.</summary>
    public static string Loss(TabularTask task) => task == TabularTask.Regression ? RootMeanSquaredError : LogLoss;

    public static bool HigherIsBetter(string metric) => metric is Auc or Accuracy or RSquared;

    /// <summary>How bad a value is: lower is better for every metric.</summary>
    public static double Badness(string metric, double value) =>
        metric == RateRatio ? Math.Abs(Math.Log(value)) : HigherIsBetter(metric) ? -value : value;
}
