namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A figure over the seeds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The sample standard deviation; null with one seed.</param>
internal readonly record struct SeedStatistic(double Mean, double? Deviation)
{
    public static SeedStatistic Of(IReadOnlyCollection<double> values)
    {
        double mean = values.Average();
        return new SeedStatistic(mean, values.Count > 1 ? Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)) : null);
    }
}
