namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>How long a trainer may search: a given time, or as long as the default network took on the same dataset with the same seed.</summary>
internal sealed class SearchTimes(double? seconds, Func<IEnumerable<ResultRow>> results)
{
    /// <summary>The trainer whose time counts.</summary>
    public const string Pace = "densenet";

    /// <summary>Null if the default network has not run.</summary>
    public double? Find(string dataset, int seed) =>
        seconds ?? results().FirstOrDefault(row => row.Dataset == dataset && row.Trainer == Pace && row.Seed == seed)?.FitSeconds;

    /// <summary>Checks before hours of work that each time is known, or will be.</summary>
    /// <exception cref="UsageException">One is not.</exception>
    public void Check(IReadOnlyList<QualityTrainer> trainers, IEnumerable<string> datasets, IReadOnlyList<int> seeds)
    {
        string? first = trainers.FirstOrDefault(trainer => trainer.Name == Pace || trainer.NeedsTime)?.Name;
        if (first is null or Pace)
            return;
        var missing = datasets.SelectMany(dataset => seeds.Select(seed => (dataset, seed))).FirstOrDefault(run => Find(run.dataset, run.seed) is null);
        if (missing.dataset is not null)
            throw new UsageException($"No results.csv says how long {Pace} took on {missing.dataset} with seed {missing.seed}, which is the time for {first}: run {Pace} first, name its folder with --tuning-from, or give --tuning-seconds.");
    }
}
