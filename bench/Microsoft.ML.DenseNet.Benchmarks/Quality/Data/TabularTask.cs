namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>What there is to predict in a dataset.</summary>
internal enum TabularTask
{
    Binary,
    Multiclass,
    Regression,
}
