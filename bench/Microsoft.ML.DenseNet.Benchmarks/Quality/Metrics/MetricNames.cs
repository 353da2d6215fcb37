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

    /// <summary>The metric that decides who is better.</summary>
    public static string Primary(TabularTask task) => task switch
    {
        TabularTask.Binary => Auc,
        TabularTask.Multiclass => Accuracy,
        _ => RSquared,
    };

    public static bool HigherIsBetter(string metric) => metric is Auc or Accuracy or RSquared;
}
