namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A row of the manifest.</summary>
/// <param name="Name">Names the files.</param>
/// <param name="Task">What there is to predict.</param>
/// <param name="TrainRows">The rows of the training file.</param>
/// <param name="TestRows">The rows of the test file.</param>
/// <param name="NumericColumns">The columns to read as numbers.</param>
/// <param name="CategoricalColumns">The columns to read as text, whatever they look like.</param>
/// <param name="ClassCount">The number of different labels; null for regression.</param>
/// <param name="PositiveLabel">The label that is predicted, for two classes; otherwise empty.</param>
internal sealed record DatasetInfo(
    string Name,
    TabularTask Task,
    int TrainRows,
    int TestRows,
    IReadOnlyList<string> NumericColumns,
    IReadOnlyList<string> CategoricalColumns,
    int? ClassCount,
    string PositiveLabel);
