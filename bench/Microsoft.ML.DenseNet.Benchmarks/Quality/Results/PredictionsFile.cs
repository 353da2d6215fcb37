namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Writes predictions in the order of the test file, rows counted from 0.</summary>
internal static class PredictionsFile
{
    public static string Name(string dataset, string trainer, int seed) => $"{dataset}.{trainer}.{CsvFile.Number(seed)}.predictions.csv";

    public static void Write(string path, Predictions predictions)
    {
        IEnumerable<string> columns = predictions.Task switch
        {
            TabularTask.Binary => ["probability"],
            TabularTask.Multiclass => predictions.Classes,
            _ => ["prediction"],
        };
        CsvFile.Write(
            path,
            ["row", "label", .. columns],
            predictions.Values.Select((values, row) => values.Select(CsvFile.Number).Prepend(predictions.Labels[row]).Prepend(CsvFile.Number(row))));
    }
}
