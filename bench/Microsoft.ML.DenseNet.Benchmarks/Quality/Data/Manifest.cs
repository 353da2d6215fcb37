using CsvHelper;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Reads manifest.csv, which describes the datasets in a folder.</summary>
internal static class Manifest
{
    public static IReadOnlyList<DatasetInfo> Read(string folder)
    {
        using var csv = CsvFile.Open(Path.Combine(folder, "manifest.csv"));
        var datasets = new List<DatasetInfo>();
        while (csv.Read())
            datasets.Add(ReadDataset(csv));
        return datasets;
    }

    private static DatasetInfo ReadDataset(CsvReader csv)
    {
        string name = csv.GetString("name");
        var task = TaskNames.Read(csv.GetString("task"));
        string positiveLabel = csv.GetString("positive_label");
        if (task == TabularTask.Binary && positiveLabel.Length == 0)
            throw new InvalidDataException($"manifest.csv gives no positive_label for {name}, a binary task.");

        return new DatasetInfo(
            name,
            task,
            csv.Parse<int>("rows_train"),
            csv.Parse<int>("rows_test"),
            Columns(csv.GetString("numeric_columns")),
            Columns(csv.GetString("categorical_columns")),
            csv["classes"].ParseOrNull<int>(),
            positiveLabel);
    }

    private static string[] Columns(string list) => list.Split(';', StringSplitOptions.RemoveEmptyEntries);
}
