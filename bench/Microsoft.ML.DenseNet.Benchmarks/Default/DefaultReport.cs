using System.Globalization;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>The tables and the picture of measurements.</summary>
internal sealed class DefaultReport
{
    private static readonly string[] Header =
        ["dataset", "trainer", "fit s", "one row µs", "bulk µs a row", "file KB", "load ms", "peak MB", "error", "log-loss"];

    private readonly Dictionary<(string Dataset, string Trainer), DefaultMeasurement> _medians;
    private readonly IReadOnlyList<string> _trainers;
    private readonly IReadOnlyList<string> _datasets;

    public DefaultReport(IEnumerable<DefaultResult> results)
    {
        var groups = results.GroupBy(result => (result.Dataset, result.Trainer)).ToArray();
        _medians = groups.ToDictionary(group => group.Key, group => DefaultMeasurement.Median([.. group.Select(result => result.Measurement)]));
        _trainers = [.. groups.Select(group => group.Key.Trainer).Distinct()];
        _datasets = [.. groups.Select(group => group.Key.Dataset).Distinct()];
    }

    public void Print(TextWriter writer)
    {
        MarkdownTable.Write(writer, Header, _datasets.SelectMany(dataset => _trainers
            .Where(trainer => _medians.ContainsKey((dataset, trainer)))
            .Select(trainer => Line(dataset, trainer, _medians[(dataset, trainer)]))));
        PrintRatios(writer, "datasets of the quality benchmark", Comparable(isGenerated: false));
        PrintRatios(writer, "generated datasets", Comparable(isGenerated: true));
    }

    /// <summary>Draws the datasets of the quality benchmark, or the generated ones if there are no others.</summary>
    /// <exception cref="UsageException">No dataset was measured with every trainer and LightGbm.</exception>
    public void Draw(string path)
    {
        string[] datasets = Comparable(isGenerated: false) is { Length: > 0 } real ? real : Comparable(isGenerated: true);
        if (datasets.Length == 0)
            throw new UsageException($"There is nothing to draw: no dataset was measured with {QualityTrainers.Reference} and all other trainers.");
        CostPicture.Save(path, CostRatios.Compare(_medians, _trainers, datasets));
    }

    /// <summary>The datasets that every trainer was measured on, LightGbm among them.</summary>
    private string[] Comparable(bool isGenerated) =>
        [.. _datasets.Where(dataset => SyntheticTable.Is(dataset) == isGenerated && _trainers.Append(QualityTrainers.Reference).All(trainer => _medians.ContainsKey((dataset, trainer))))];

    private void PrintRatios(TextWriter writer, string kind, string[] datasets)
    {
        if (datasets.Length == 0)
            return;
        writer.WriteLine();
        writer.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Times LightGbm's, geometric means over {datasets.Length} {kind}. In ratios, 1 - AUC and 1 - accuracy count as at least {RatioFloor.ClassError}, the log-loss as at least {RatioFloor.LogLoss}."));
        writer.WriteLine();
        MarkdownTable.Write(
            writer,
            ["trainer", "error", "log-loss or RMSE", "fit", "one row", "bulk", "file", "load"],
            CostRatios.Compare(_medians, _trainers, datasets).Select(ratios => (string[])
            [
                ratios.Trainer, Text(ratios.Error, "0.000"), Text(ratios.Loss, "0.000"), Text(ratios.Fit, "0.00"), Text(ratios.OneRow, "0.00"),
                Text(ratios.Bulk, "0.00"), Text(ratios.File, "0.0"), Text(ratios.Load, "0.00"),
            ]));
    }

    private static string Text(double value, string format) => double.IsNaN(value) ? "" : value.ToString(format, CultureInfo.InvariantCulture);

    private static string[] Line(string dataset, string trainer, DefaultMeasurement measured) =>
    [
        dataset, trainer, Text(measured.FitSeconds, "F2"), Text(measured.OneRow, "F1"), Text(measured.BulkRow, "F2"), Text(measured.Kilobytes, "F0"),
        Text(measured.LoadMilliseconds, "F1"), Text(measured.PeakMegabytes, "F0"), Text(measured.Error, "G4"), Text(measured.LogLoss, "F4"),
    ];
}
