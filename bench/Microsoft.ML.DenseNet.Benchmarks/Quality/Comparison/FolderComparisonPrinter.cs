using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Prints a <see cref="FolderComparison"/> as Markdown tables.</summary>
internal sealed class FolderComparisonPrinter(FolderComparison comparison, TextWriter writer)
{
    public void Print()
    {
        MarkdownTable.Write(
            writer,
            ["dataset", "seeds", "error", "before", "after", "ratio", "log-loss before", "after", "ratio", "fit s before", "after", "ratio"],
            comparison.Changes.Select(DatasetLine));
        writer.WriteLine();
        MarkdownTable.Write(
            writer,
            ["over all", "datasets", "geometric mean of the ratios", "better", "equal", "worse", "Wilcoxon p", "worse by more than one standard deviation"],
            OverallLines());
        writer.WriteLine();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"In ratios, 1 - AUC and 1 - accuracy count as at least {RatioFloor.ClassError}, the log-loss as at least {RatioFloor.LogLoss}. The deviation is that of single seeds, pooled over before and after."));
        if (comparison.LeftOut.Count > 0)
            writer.WriteLine($"Without a seed that both have: {string.Join(", ", comparison.LeftOut)}.");
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Number(SeedStatistic figure) =>
        figure.Deviation is { } deviation ? $"{Digits(figure.Mean, 4)} ± {Digits(deviation, 2)}" : Digits(figure.Mean, 4);

    /// <summary>A number with so many digits, but without an exponent.</summary>
    private static string Digits(double value, int count) => Number(value, value >= 100 ? "0" : $"G{count}");

    private static string[] Cells(StatisticPair figure) => [Number(figure.Before), Number(figure.After), Number(figure.Means.Ratio, "0.000")];

    private static string[] DatasetLine(DatasetChange change) =>
    [
        change.Dataset,
        Number(change.Seeds, "0"),
        change.Task switch { TabularTask.Binary => "1 - AUC", TabularTask.Multiclass => "1 - accuracy", _ => "RMSE" },
        .. Cells(change.Error),
        .. change.Task == TabularTask.Regression ? ["", "", ""] : Cells(change.Loss),
        Number(change.FitSeconds.Before.Mean, "0.00"),
        Number(change.FitSeconds.After.Mean, "0.00"),
        Number(change.FitSeconds.Means.Ratio, "0.000"),
    ];

    private IEnumerable<string[]> OverallLines()
    {
        yield return OverallLine("error", comparison.Changes, change => change.Error);
        var classes = comparison.Changes.Where(change => change.Task != TabularTask.Regression).ToArray();
        if (classes.Length > 0)
            yield return OverallLine("log-loss", classes, change => change.Loss);
        yield return OverallLine("log-loss or RMSE", comparison.Changes, change => change.Loss);
        yield return OverallLine("fit time", comparison.Changes, change => change.FitSeconds);
    }

    private static string[] OverallLine(string name, IReadOnlyList<DatasetChange> changes, Func<DatasetChange, StatisticPair> figure)
    {
        var overall = PairedComparison.Of([.. changes.Select(change => figure(change).Means)])!;
        return
        [
            name,
            Number(overall.Count, "0"),
            Number(overall.GeometricMean, "0.0000"),
            Number(overall.Better, "0"),
            Number(overall.Equal, "0"),
            Number(overall.Worse, "0"),
            PairedComparison.Text(overall.P),
            ClearlyWorse([.. changes.Select(change => (change.Dataset, figure(change).IsClearlyWorse))]),
        ];
    }

    private static string ClearlyWorse((string Dataset, bool? IsWorse)[] changes)
    {
        string[] worse = [.. changes.Where(change => change.IsWorse == true).Select(change => change.Dataset)];
        int known = changes.Count(change => change.IsWorse is not null);
        return known == 0 ? "(one seed)" : $"{Number(worse.Length, "0")} of {Number(known, "0")}{(worse.Length > 0 ? ": " : "")}{string.Join(", ", worse)}";
    }
}
