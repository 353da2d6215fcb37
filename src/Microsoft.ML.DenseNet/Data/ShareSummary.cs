namespace Microsoft.ML.DenseNet;

/// <summary>A process's rows in memory, and what is known of those of all.</summary>
/// <param name="Own">This process's rows.</param>
/// <param name="Moments">The sums from which the input scaling is computed.</param>
/// <param name="Statistics">Builds statistics of all rows, which it has counted; null if none are stored.</param>
/// <param name="Fingerprint">Identifies the rows of all processes.</param>
internal sealed record ShareSummary(SharedRows Own, FeatureMoments Moments, StatisticsBuilder? Statistics, string Fingerprint);
