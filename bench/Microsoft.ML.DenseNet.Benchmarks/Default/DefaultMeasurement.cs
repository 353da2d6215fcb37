using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>What one trainer cost and reached on one dataset.</summary>
/// <param name="FitSeconds">Training, with the preparation of the features.</param>
/// <param name="OneRow">One prediction through a <c>PredictionEngine</c>, in microseconds.</param>
/// <param name="BulkRow">A row of <c>Transform</c>, in microseconds.</param>
/// <param name="Kilobytes">The size of the model's file.</param>
/// <param name="LoadMilliseconds">Opening the file, not for the first time in the process.</param>
/// <param name="PeakMegabytes">The most memory the process had during the fit, beyond what it had before it.</param>
/// <param name="Error">1 - AUC, 1 - accuracy or RMSE on the test rows.</param>
/// <param name="LogLoss">The log-loss on the test rows; NaN for numbers.</param>
internal sealed record DefaultMeasurement(double FitSeconds, double OneRow, double BulkRow, double Kilobytes, double LoadMilliseconds, double PeakMegabytes, double Error, double LogLoss)
{
    /// <summary>The figures' names in files, in the order of <see cref="Print"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["fit_seconds", "one_row_us", "bulk_row_us", "file_kb", "load_ms", "peak_mb", "error", "log_loss"];

    /// <summary>Whether the dataset has classes, and so a log-loss.</summary>
    public bool HasClasses => !double.IsNaN(LogLoss);

    /// <summary>The median of several runs, figure by figure.</summary>
    public static DefaultMeasurement Median(IReadOnlyList<DefaultMeasurement> runs)
    {
        double Of(Func<DefaultMeasurement, double> figure) => runs.Select(figure).Order().ElementAt(runs.Count / 2);
        return new DefaultMeasurement(
            Of(run => run.FitSeconds), Of(run => run.OneRow), Of(run => run.BulkRow), Of(run => run.Kilobytes), Of(run => run.LoadMilliseconds),
            Of(run => run.PeakMegabytes), runs.Average(run => run.Error), runs.Average(run => run.LogLoss));
    }

    /// <summary>One line, as <see cref="Parse"/> reads it.</summary>
    public string Print() => string.Join(
        ',', new[] { FitSeconds, OneRow, BulkRow, Kilobytes, LoadMilliseconds, PeakMegabytes, Error, LogLoss }.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));

    public static DefaultMeasurement Parse(string line)
    {
        double[] values = [.. line.Split(',').Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
        return new DefaultMeasurement(values[0], values[1], values[2], values[3], values[4], values[5], values[6], values[7]);
    }
}
