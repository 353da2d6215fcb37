namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>What a model predicted for the rows of a test file, in their order.</summary>
/// <param name="Task">What was predicted.</param>
/// <param name="Labels">The labels as written in the file.</param>
/// <param name="Classes">The classes whose probabilities <paramref name="Values"/> holds: one, several, or none.</param>
/// <param name="Values">One entry per row: the probabilities, or the one predicted number. ML.NET returns Single; as Double they are written
/// in full, and a reader of the file computes the same metrics even where a probability is close to 1.</param>
internal sealed record Predictions(TabularTask Task, IReadOnlyList<string> Labels, IReadOnlyList<string> Classes, IReadOnlyList<double[]> Values);
