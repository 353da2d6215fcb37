namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>How one trainer fares against each other one, and against the best of ML.NET's on each dataset, by log-loss or RMSE.</summary>
internal sealed class LossStandings(Scoreboard scoreboard, string trainer)
{
    /// <summary>With fewer test rows, an error ratio is mostly chance.</summary>
    public const int EnoughTestRows = 500;

    public IEnumerable<LossStanding> All
    {
        get
        {
            string[] peers = [.. scoreboard.Trainers.Intersect(QualityTrainers.Peers.Select(peer => peer.Name))];
            (string Name, string[] Trainers)[] opponents =
            [
                .. scoreboard.Trainers.Where(other => other != trainer).Select(other => (other, new[] { other })),
                ("best of ML.NET's at defaults", peers),
            ];
            return opponents.Select(opponent => Against(opponent.Name, opponent.Trainers)).OfType<LossStanding>();
        }
    }

    private LossStanding? Against(string name, string[] others)
    {
        ValuePair? Pair(string dataset, Func<string, string, double?> value, Func<TabularTask, double> floor) =>
            value(dataset, trainer) is { } own && others.Min(other => value(dataset, other)) is { } best ? new ValuePair(own, best, floor(scoreboard.Task(dataset))) : null;

        var losses = PairedComparison.Of([.. scoreboard.Datasets.Select(dataset => Pair(dataset, scoreboard.Loss, RatioFloor.OfLoss)).OfType<ValuePair>()]);
        if (losses is null)
            return null;
        var worst = scoreboard.Datasets
            .Where(dataset => scoreboard.TestRows(dataset) >= EnoughTestRows)
            .Select(dataset => (Dataset: dataset, Pair(dataset, scoreboard.Error, RatioFloor.OfError)?.Ratio))
            .OrderByDescending(pair => pair.Ratio)
            .FirstOrDefault();
        return new LossStanding(name, losses, worst.Ratio, worst.Dataset);
    }
}
