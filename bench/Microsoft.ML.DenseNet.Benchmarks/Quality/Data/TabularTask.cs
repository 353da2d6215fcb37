namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>What to predict in a dataset.</summary>
internal enum TabularTask
{
    Binary,
    Multiclass,
    Regression,
}
