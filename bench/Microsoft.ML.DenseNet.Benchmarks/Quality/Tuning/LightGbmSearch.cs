using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// LightGbm with the settings that a random search within a time finds best in three-fold cross-validation, by log-loss or RMSE. The
/// defaults are the first trial, whatever the time. A trial that ends too late does not count; the last fit, on all rows, is not timed.
/// </summary>
/// <param name="ml">The context.</param>
/// <param name="task">What to predict.</param>
/// <param name="seconds">The time for the trials.</param>
/// <param name="seed">Decides the trials and the folds.</param>
/// <param name="clock">Measures the time.</param>
internal sealed class LightGbmSearch(MLContext ml, TabularTask task, double seconds, int seed, TimeProvider clock) : IEstimator<ITransformer>
{
    private readonly LightGbmTrainers _trainers = new(ml, task, seed);

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => _trainers.Create(null).GetOutputSchema(inputSchema);

    public ITransformer Fit(IDataView input)
    {
        long start = clock.GetTimestamp();
        bool IsOver() => clock.GetElapsedTime(start).TotalSeconds >= seconds;
        var rows = ml.Data.Cache(input, ColumnNames.Features, ColumnNames.Label);
        var folds = new TrainingFolds(rows, task, seed);
        var random = new Random(seed);
        var (best, bestLoss) = Try(null, folds, () => false)!.Value;
        int trials = 1;
        while (!IsOver())
        {
            if (Try(LightGbmSettings.Draw(random), folds, IsOver) is not { } trial)
                break;
            trials++;
            if (trial.Loss < bestLoss)
                (best, bestLoss) = trial;
        }

        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"LightGbm, best of {trials} trials in {seconds:0.0} s: {best?.ToString() ?? "the defaults"}"));
        return _trainers.Create(best).Fit(rows);
    }

    /// <summary>Null if time ran out. The number of trees is the mean of those that early stopping left in the folds.</summary>
    private (LightGbmSettings? Settings, double Loss)? Try(LightGbmSettings? settings, TrainingFolds folds, Func<bool> isTooLate)
    {
        double loss = 0, iterations = 0;
        for (int fold = 0; fold < TrainingFolds.Count; fold++)
        {
            var (train, heldOut) = folds.Split(fold);
            var (model, trees) = _trainers.FitUntilBest(settings, train, heldOut);
            loss += folds.SumOfLosses(fold, model.Transform(heldOut));
            iterations += trees / (double)TrainingFolds.Count;
            if (isTooLate())
                return null;
        }

        return (settings is null ? null : settings with { Iterations = Math.Max(1, (int)Math.Round(iterations)) }, loss);
    }
}
