namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A row of the manifest.</summary>
/// <param name="Name">Names the files.</param>
/// <param name="Task">What to predict.</param>
/// <param name="TrainRows">The number of rows in the training file.</param>
/// <param name="TestRows">The number of rows in the test file.</param>
/// <param name="NumericColumns">The columns to read as numbers.</param>
/// <param name="CategoricalColumns">The columns to read as text, whatever they look like.</param>
/// <param name="ClassCount">The number of distinct labels; null for regression.</param>
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
