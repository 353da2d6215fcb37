namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Compares the results of a trainer in one folder with those in another, dataset by dataset.</summary>
internal sealed class FolderComparison
{
    public FolderComparison(IReadOnlyList<ResultRow> before, IReadOnlyList<ResultRow> after)
    {
        var both = before.ToLookup(row => row.Dataset);
        Changes = [.. after.GroupBy(row => row.Dataset).Select(group => Compare([.. both[group.Key]], [.. group])).OfType<DatasetChange>()];
        var compared = Changes.Select(change => change.Dataset).ToHashSet();
        LeftOut = [.. before.Concat(after).Select(row => row.Dataset).Distinct().Where(dataset => !compared.Contains(dataset))];
    }

    public IReadOnlyList<DatasetChange> Changes { get; }

    /// <summary>The datasets without a seed that both folders have.</summary>
    public IReadOnlyList<string> LeftOut { get; }

    private static DatasetChange? Compare(ResultRow[] before, ResultRow[] after)
    {
        int[] seeds = [.. before.Select(row => row.Seed).Intersect(after.Select(row => row.Seed))];
        if (seeds.Length == 0)
            return null;

        var task = after[0].Task;
        StatisticPair Pair(string metric, Func<ResultRow, double> value, double floor)
        {
            SeedStatistic Of(ResultRow[] rows) => SeedStatistic.Of([.. rows.Where(row => row.Metric == metric && seeds.Contains(row.Seed)).Select(value)]);
            return new StatisticPair(Of(before), Of(after), floor);
        }

        string errorMetric = MetricNames.Error(task), lossMetric = MetricNames.Loss(task);
        return new DatasetChange(
            after[0].Dataset,
            task,
            seeds.Length,
            Pair(errorMetric, row => MetricNames.HigherIsBetter(errorMetric) ? 1 - row.Value : row.Value, RatioFloor.OfError(task)),
            Pair(lossMetric, row => row.Value, RatioFloor.OfLoss(task)),
            Pair(lossMetric, row => row.FitSeconds, RatioFloor.None));
    }
}
