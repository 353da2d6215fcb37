namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>The rows of one file: the labels as written there, and the data as ML.NET reads it.</summary>
internal sealed record Table(IReadOnlyList<string> Labels, IDataView View);
