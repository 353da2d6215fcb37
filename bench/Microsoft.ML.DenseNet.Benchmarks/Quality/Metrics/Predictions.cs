namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>What a model said about the rows of a test file, in their order.</summary>
/// <param name="Task">What was predicted.</param>
/// <param name="Labels">The labels as they stand in the file.</param>
/// <param name="Classes">The one class, several, or none whose probabilities <paramref name="Values"/> holds.</param>
/// <param name="Values">A row each: the probabilities, or the one predicted number. ML.NET gives Single; as Double they are written
/// in full, and a reader of the file computes the same metrics even where a probability is close to 1.</param>
internal sealed record Predictions(TabularTask Task, IReadOnlyList<string> Labels, IReadOnlyList<string> Classes, IReadOnlyList<double[]> Values);
