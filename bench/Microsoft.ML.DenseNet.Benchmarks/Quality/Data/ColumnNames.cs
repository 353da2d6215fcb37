namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>ML.NET's default column names.</summary>
internal static class ColumnNames
{
    public const string Label = "Label";
    public const string Features = "Features";
    public const string Score = "Score";
    public const string Probability = "Probability";
}
