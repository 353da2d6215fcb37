namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>The tasks' names in files.</summary>
internal static class TaskNames
{
    public static TabularTask Read(string name) => name switch
    {
        "binary" => TabularTask.Binary,
        "multiclass" => TabularTask.Multiclass,
        "regression" => TabularTask.Regression,
        _ => throw new InvalidDataException($"'{name}' is none of the tasks binary, multiclass and regression."),
    };

    public static string Write(TabularTask task) => task switch
    {
        TabularTask.Binary => "binary",
        TabularTask.Multiclass => "multiclass",
        _ => "regression",
    };
}
