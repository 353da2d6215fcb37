namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>One measurement.</summary>
internal sealed record DefaultResult(string Dataset, string Trainer, int Seed, DefaultMeasurement Measurement);
