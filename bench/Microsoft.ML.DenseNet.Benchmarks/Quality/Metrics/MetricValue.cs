namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A metric's value.</summary>
internal readonly record struct MetricValue(string Metric, double Value);
