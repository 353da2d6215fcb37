using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Prints a <see cref="Scoreboard"/> as Markdown tables, ready for the documentation.</summary>
internal sealed class ScoreboardPrinter(Scoreboard scoreboard, TextWriter writer)
{
    public void Print()
    {
        PrintCells("Primary metric", scoreboard.PrimaryMetric);
        PrintCells("Log-loss", _ => MetricNames.LogLoss);
        PrintCells("RMSE", _ => MetricNames.RootMeanSquaredError);
        PrintCells("Mean probability divided by the rate, of the positives or of the class where it is furthest from 1", _ => MetricNames.RateRatio);
        PrintCells("Distance from 1 of the mean probability divided by the rate, mean over the classes", _ => MetricNames.RateError);
        PrintCells("Expected calibration error", _ => MetricNames.CalibrationError);
        PrintFitSeconds();
        PrintTrainers();
        PrintHeadToHead();
        PrintLossStandings();
    }

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Number(SeedStatistic? cell, string format) =>
        Number(cell?.Mean, format) + (cell?.Deviation is { } deviation ? $" ± {Number(deviation, format)}" : "");

    private void PrintCells(string title, Func<string, string> metric)
    {
        string[] datasets = [.. scoreboard.Datasets.Where(dataset => scoreboard.Trainers.Any(trainer => scoreboard.Find(dataset, trainer, metric(dataset)) is not null))];
        if (datasets.Length == 0)
            return;

        Print(title, ["dataset", "metric", .. scoreboard.Trainers], datasets.Select(dataset =>
        {
            var best = scoreboard.Best(dataset, metric(dataset));
            return scoreboard.Trainers
                .Select(trainer => (Text: Number(scoreboard.Find(dataset, trainer, metric(dataset)), "0.0000"), IsBest: best.Contains(trainer)))
                .Select(cell => cell.IsBest ? $"**{cell.Text}**" : cell.Text)
                .Prepend(metric(dataset))
                .Prepend(dataset);
        }));
    }

    private void PrintFitSeconds() => Print(
        "Training, seconds",
        ["dataset", .. scoreboard.Trainers],
        scoreboard.Datasets.Select(dataset => scoreboard.Trainers
            .Select(trainer => Number(scoreboard.FindFitSeconds(dataset, trainer), "0.00"))
            .Prepend(dataset)));

    private void PrintTrainers() => Print(
        $"Over all datasets, against {QualityTrainers.Reference}",
        ["trainer", "mean rank, primary", "mean rank, log-loss", "better", "equal", "datasets", "worst error ratio", "where"],
        scoreboard.Trainers
            .OrderBy(trainer => scoreboard.MeanRank(trainer, scoreboard.PrimaryMetric))
            .Select(trainer =>
            {
                var against = trainer == QualityTrainers.Reference ? null : scoreboard.Compare(trainer, QualityTrainers.Reference);
                return (IEnumerable<string>)
                [
                    trainer,
                    Number(scoreboard.MeanRank(trainer, scoreboard.PrimaryMetric), "0.00"),
                    Number(scoreboard.MeanRank(trainer, _ => MetricNames.LogLoss), "0.00"),
                    Number(against?.Wins, "0"),
                    Number(against?.Ties, "0"),
                    Number(against?.Count, "0"),
                    Number(against?.WorstErrorRatio, "0.000"),
                    against?.WorstDataset ?? "",
                ];
            }));

    private void PrintHeadToHead() => Print(
        "Datasets where the row's trainer beats the column's, by primary metric",
        ["trainer", .. scoreboard.Trainers],
        scoreboard.Trainers.Select(trainer => scoreboard.Trainers
            .Select(other => trainer != other && scoreboard.Compare(trainer, other) is { } against ? $"{Number(against.Wins, "0")} of {Number(against.Count, "0")}" : "")
            .Prepend(trainer)));

    private void PrintLossStandings()
    {
        foreach (string trainer in scoreboard.Trainers.Intersect(QualityTrainers.Judged))
        {
            Print(
                $"{trainer} against each trainer, by log-loss or RMSE",
                ["against", "datasets", "better", "equal", "worse", "share better", "geometric mean of the ratios", "Wilcoxon p", $"worst error ratio, {LossStandings.EnoughTestRows} test rows or more", "where"],
                new LossStandings(scoreboard, trainer).All.Select(standing => (IEnumerable<string>)
                [
                    standing.Against,
                    Number(standing.Losses.Count, "0"),
                    Number(standing.Losses.Better, "0"),
                    Number(standing.Losses.Equal, "0"),
                    Number(standing.Losses.Worse, "0"),
                    Number((double)standing.Losses.Better / standing.Losses.Count, "0.00"),
                    Number(standing.Losses.GeometricMean, "0.000"),
                    PairedComparison.Text(standing.Losses.P),
                    Number(standing.WorstErrorRatio, "0.000"),
                    standing.WorstDataset ?? "",
                ]));
        }
    }

    private void Print(string title, IReadOnlyList<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        writer.WriteLine();
        writer.WriteLine($"### {title}");
        writer.WriteLine();
        MarkdownTable.Write(writer, header, rows.Select(row => row.ToArray()));
    }
}
