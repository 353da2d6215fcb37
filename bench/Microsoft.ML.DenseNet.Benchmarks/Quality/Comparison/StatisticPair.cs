namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A figure over the seeds, before and after a change; lower is better.</summary>
/// <param name="Before">The figure before it.</param>
/// <param name="After">The figure after it.</param>
/// <param name="Floor">Both count as at least this in ratios.</param>
internal readonly record struct StatisticPair(SeedStatistic Before, SeedStatistic After, double Floor)
{
    public ValuePair Means => new(After.Mean, Before.Mean, Floor);

    /// <summary>Whether the mean rose by more than one standard deviation of a single seed, pooled over both; null with one seed.</summary>
    public bool? IsClearlyWorse => Before.Deviation is { } before && After.Deviation is { } after
        ? After.Mean - Before.Mean > Math.Sqrt(((before * before) + (after * after)) / 2)
        : null;
}
