namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// Reads figures that other programs measured on the same files (columns dataset, task, library, model, metric, value,
/// fit_seconds), to rank alongside ours. ML.NET's own are left out: the benchmark measures those itself.
/// </summary>
internal static class Baselines
{
    public static IReadOnlyList<ResultRow> Read(string path)
    {
        using var csv = CsvFile.Open(path);
        var rows = new List<ResultRow>();
        while (csv.Read())
        {
            string library = csv.GetString("library");
            if (library == "ML.NET")
                continue;
            rows.Add(new ResultRow(
                csv.GetString("dataset"),
                TaskNames.Read(csv.GetString("task")),
                $"{library} {csv.GetString("model")}",
                Seed: 0,
                csv.GetString("metric"),
                csv.Parse<double>("value"),
                csv.Parse<double>("fit_seconds"),
                double.NaN));
        }

        return rows;
    }
}
