namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A row of results.csv.</summary>
internal sealed record ResultRow(
    string Dataset,
    TabularTask Task,
    string Trainer,
    int Seed,
    string Metric,
    double Value,
    double FitSeconds,
    double PredictSeconds,
    int? TestRows = null);
