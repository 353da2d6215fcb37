namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>ML.NET's default column names.</summary>
internal static class ColumnNames
{
    public const string Label = "Label";
    public const string Features = "Features";
    public const string Score = "Score";
    public const string Probability = "Probability";

    /// <summary>A dataset's groups, if it has some.</summary>
    public const string Group = "SplitGroup";

    /// <summary>A dataset's times, if it has some.</summary>
    public const string Time = "SplitTime";
}
