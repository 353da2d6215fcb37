using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Prints a <see cref="Scoreboard"/> as Markdown tables, ready for the documentation.</summary>
internal sealed class ScoreboardPrinter(Scoreboard scoreboard, IAnsiConsole console)
{
    public void Print()
    {
        PrintCells("Primary metric", scoreboard.PrimaryMetric);
        PrintCells("Log-loss", _ => MetricNames.LogLoss);
        PrintCells("RMSE", _ => MetricNames.RootMeanSquaredError);
        PrintFitSeconds();
        PrintTrainers();
        PrintHeadToHead();
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Format(SeedStatistic cell, string format)
    {
        string mean = cell.Mean.ToString(format, CultureInfo.InvariantCulture);
        return cell.Deviation is { } deviation ? $"{mean} ± {deviation.ToString(format, CultureInfo.InvariantCulture)}" : mean;
    }

    private void PrintCells(string title, Func<string, string> metric)
    {
        string[] datasets = [.. scoreboard.Datasets.Where(dataset => scoreboard.Trainers.Any(trainer => scoreboard.Find(dataset, trainer, metric(dataset)) is not null))];
        if (datasets.Length == 0)
            return;

        Print(title, ["dataset", "metric", .. scoreboard.Trainers], datasets.Select(dataset =>
        {
            var best = scoreboard.Best(dataset, metric(dataset));
            return new[] { dataset, metric(dataset) }.Concat(scoreboard.Trainers.Select(trainer =>
            {
                if (scoreboard.Find(dataset, trainer, metric(dataset)) is not { } cell)
                    return "";
                string text = Format(cell, "0.0000");
                return best.Contains(trainer) ? $"**{text}**" : text;
            }));
        }));
    }

    private void PrintFitSeconds() => Print(
        "Training, seconds",
        ["dataset", .. scoreboard.Trainers],
        scoreboard.Datasets.Select(dataset => scoreboard.Trainers
            .Select(trainer => scoreboard.FindFitSeconds(dataset, trainer) is { } cell ? Format(cell, "0.00") : "")
            .Prepend(dataset)));

    private void PrintTrainers() => Print(
        $"Over all datasets, against {QualityTrainers.Reference}",
        ["trainer", "mean rank, primary", "mean rank, log-loss", "better", "equal", "datasets", "worst error ratio", "there"],
        scoreboard.Trainers
            .Select(trainer => (Name: trainer, Rank: scoreboard.MeanRank(trainer, scoreboard.PrimaryMetric)))
            .OrderBy(trainer => trainer.Rank)
            .Select(trainer =>
            {
                string[] ranks = [trainer.Name, Invariant($"{trainer.Rank:0.00}"), Invariant($"{scoreboard.MeanRank(trainer.Name, _ => MetricNames.LogLoss):0.00}")];
                return scoreboard.Compare(trainer.Name, QualityTrainers.Reference) is { } against
                    ? [.. ranks, Invariant($"{against.Wins}"), Invariant($"{against.Ties}"), Invariant($"{against.Count}"), Invariant($"{against.WorstErrorRatio:0.000}"), against.WorstDataset]
                    : (IEnumerable<string>)[.. ranks, "", "", "", "", ""];
            }));

    private void PrintHeadToHead() => Print(
        "Datasets where the row's trainer beats the column's, by primary metric",
        ["", .. scoreboard.Trainers],
        scoreboard.Trainers.Select(trainer => scoreboard.Trainers
            .Select(other => trainer != other && scoreboard.Compare(trainer, other) is { } against ? Invariant($"{against.Wins} of {against.Count}") : "")
            .Prepend(trainer)));

    private void Print(string title, IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        var table = new Spectre.Console.Table { Border = TableBorder.Markdown };
        foreach (string name in header)
            table.AddColumn(new Spectre.Console.TableColumn(Markup.Escape(name)) { NoWrap = true });
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        console.WriteLine();
        console.WriteLine($"### {title}");
        console.WriteLine();
        console.Write(table);
    }
}
