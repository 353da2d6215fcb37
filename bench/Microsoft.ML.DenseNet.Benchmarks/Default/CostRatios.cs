using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>What a trainer costs and reaches: geometric means over datasets of the ratios to LightGbm's figures.</summary>
/// <param name="Trainer">The trainer.</param>
/// <param name="Error">Of 1 - AUC, 1 - accuracy or RMSE.</param>
/// <param name="Loss">Of the log-loss or RMSE.</param>
/// <param name="Fit">Of the training time.</param>
/// <param name="OneRow">Of the time of one prediction.</param>
/// <param name="Bulk">Of the time of a row in Transform.</param>
/// <param name="File">Of the model file's size.</param>
/// <param name="Load">Of the time to open it.</param>
internal sealed record CostRatios(string Trainer, double Error, double Loss, double Fit, double OneRow, double Bulk, double File, double Load)
{
    /// <summary>Compares every trainer with the reference, which must have measured each dataset too.</summary>
    /// <param name="measurements">The measurements by dataset and trainer.</param>
    /// <param name="trainers">The trainers.</param>
    /// <param name="datasets">The datasets, each measured with every trainer.</param>
    public static IReadOnlyList<CostRatios> Compare(
        IReadOnlyDictionary<(string Dataset, string Trainer), DefaultMeasurement> measurements, IReadOnlyList<string> trainers, IReadOnlyList<string> datasets) =>
        [.. trainers.Select(trainer => Of(trainer, [.. datasets.Select(dataset => (measurements[(dataset, trainer)], measurements[(dataset, QualityTrainers.Reference)]))]))];

    private static CostRatios Of(string trainer, (DefaultMeasurement Own, DefaultMeasurement Reference)[] pairs)
    {
        double Mean(Func<DefaultMeasurement, double> figure, Func<DefaultMeasurement, double>? floor = null) => Math.Exp(pairs.Average(pair =>
            Math.Log(new ValuePair(figure(pair.Own), figure(pair.Reference), floor?.Invoke(pair.Own) ?? RatioFloor.None).Ratio)));

        return new CostRatios(
            trainer,
            Mean(run => run.Error, run => run.HasClasses ? RatioFloor.ClassError : RatioFloor.None),
            Mean(run => run.HasClasses ? run.LogLoss : run.Error, run => run.HasClasses ? RatioFloor.LogLoss : RatioFloor.None),
            Mean(run => run.FitSeconds),
            Mean(run => run.OneRow),
            Mean(run => run.BulkRow),
            Mean(run => run.Kilobytes),
            Mean(run => run.LoadMilliseconds));
    }
}
