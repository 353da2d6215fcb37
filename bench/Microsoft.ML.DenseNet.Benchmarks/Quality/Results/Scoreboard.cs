namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Compares trainers over datasets by their means over the seeds.</summary>
internal sealed class Scoreboard
{
    private readonly Dictionary<(string Dataset, string Trainer, string Metric), SeedStatistic> _cells;
    private readonly Dictionary<(string Dataset, string Trainer), SeedStatistic> _fitSeconds;
    private readonly Dictionary<string, TabularTask> _tasks;
    private readonly Dictionary<string, int> _testRows;

    public Scoreboard(IReadOnlyList<ResultRow> rows)
    {
        _cells = rows.GroupBy(row => (row.Dataset, row.Trainer, row.Metric))
            .ToDictionary(group => group.Key, group => SeedStatistic.Of([.. group.Select(row => row.Value)]));
        _fitSeconds = rows.GroupBy(row => (row.Dataset, row.Trainer))
            .ToDictionary(group => group.Key, group => SeedStatistic.Of([.. group.DistinctBy(row => row.Seed).Select(row => row.FitSeconds)]));
        _tasks = rows.DistinctBy(row => row.Dataset).ToDictionary(row => row.Dataset, row => row.Task);
        _testRows = rows.Where(row => row.TestRows is not null).DistinctBy(row => row.Dataset).ToDictionary(row => row.Dataset, row => row.TestRows!.Value);
        Datasets = [.. rows.Select(row => row.Dataset).Distinct()];
        Trainers = [.. rows.Select(row => row.Trainer).Distinct()];
    }

    public IReadOnlyList<string> Datasets { get; }

    public IReadOnlyList<string> Trainers { get; }

    public TabularTask Task(string dataset) => _tasks[dataset];

    /// <summary>Null if no result says it.</summary>
    public int? TestRows(string dataset) => _testRows.TryGetValue(dataset, out int count) ? count : null;

    public string PrimaryMetric(string dataset) => MetricNames.Primary(_tasks[dataset]);

    /// <summary>Null if the trainer did not run or has no such metric.</summary>
    public SeedStatistic? Find(string dataset, string trainer, string metric) =>
        _cells.TryGetValue((dataset, trainer, metric), out var cell) ? cell : null;

    /// <summary>The mean of 1 - AUC, 1 - accuracy or RMSE; null if the trainer did not run.</summary>
    public double? Error(string dataset, string trainer)
    {
        string metric = MetricNames.Error(_tasks[dataset]);
        double? mean = Find(dataset, trainer, metric)?.Mean;
        return MetricNames.HigherIsBetter(metric) ? 1 - mean : mean;
    }

    /// <summary>The mean log-loss or RMSE; null if the trainer did not run or has no such metric.</summary>
    public double? Loss(string dataset, string trainer) => Find(dataset, trainer, MetricNames.Loss(_tasks[dataset]))?.Mean;

    /// <summary>Null if the trainer did not run.</summary>
    public SeedStatistic? FindFitSeconds(string dataset, string trainer) =>
        _fitSeconds.TryGetValue((dataset, trainer), out var cell) ? cell : null;

    /// <summary>The trainers with the best mean.</summary>
    public IReadOnlyList<string> Best(string dataset, string metric) =>
        [.. Trainers.Where(trainer => Rank(dataset, trainer, metric, Math.Min) == 1)];

    /// <summary>The mean rank, 1 for the best and shared by ties, over the datasets where the trainer has the metric; null for none.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="metric">The metric to use for a dataset.</param>
    public double? MeanRank(string trainer, Func<string, string> metric) =>
        Datasets.Select(dataset => Rank(dataset, trainer, metric(dataset), (first, last) => (first + last) / 2)).Average();

    /// <summary>Null if there is no dataset that both have.</summary>
    public HeadToHead? Compare(string trainer, string reference)
    {
        var common = Datasets
            .Where(dataset => Find(dataset, trainer, PrimaryMetric(dataset)) is not null && Find(dataset, reference, PrimaryMetric(dataset)) is not null)
            .Select(dataset => (Dataset: dataset, Errors: new ValuePair(Error(dataset, trainer)!.Value, Error(dataset, reference)!.Value, RatioFloor.OfError(_tasks[dataset]))))
            .ToArray();
        if (common.Length == 0)
            return null;

        var worst = common.MaxBy(pair => pair.Errors.Ratio);
        return new HeadToHead(
            common.Count(pair => pair.Errors.Value < pair.Errors.Reference),
            common.Count(pair => pair.Errors.Value == pair.Errors.Reference),
            common.Length,
            worst.Errors.Ratio,
            worst.Dataset);
    }

    private double? Rank(string dataset, string trainer, string metric, Func<double, double, double> share)
    {
        if (Find(dataset, trainer, metric) is not { } own)
            return null;
        var others = Trainers.Select(other => Find(dataset, other, metric)?.Mean).OfType<double>().ToArray();
        int better = others.Count(value => MetricNames.Badness(metric, value) < MetricNames.Badness(metric, own.Mean));
        int equal = others.Count(value => value == own.Mean);
        return share(better + 1, better + equal);
    }
}
