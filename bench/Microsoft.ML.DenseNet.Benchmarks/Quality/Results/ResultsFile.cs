namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// results.csv in a folder. Runs from earlier calls are kept, as are their predictions, until the same dataset, trainer and seed
/// run again.
/// </summary>
internal sealed class ResultsFile
{
    private const string TestRows = "test_rows";

    private static readonly string[] Header = ["dataset", "task", "trainer", "seed", "metric", "value", "fit_seconds", "predict_seconds", TestRows];

    private readonly string _path;
    private readonly List<ResultRow> _rows;

    public ResultsFile(string folder)
    {
        _path = PathIn(folder);
        _rows = File.Exists(_path) ? Read(_path) : [];
    }

    public IReadOnlyList<ResultRow> Rows => _rows;

    /// <summary>Reads the rows of a folder that must have some.</summary>
    /// <exception cref="UsageException">There is no results.csv, or nothing in it.</exception>
    public static IReadOnlyList<ResultRow> ReadExisting(string folder)
    {
        string path = PathIn(folder);
        if (!File.Exists(path))
            throw new UsageException($"There is no {path}.");
        var rows = Read(path);
        return rows.Count > 0 ? rows : throw new UsageException($"{path} has no rows.");
    }

    /// <summary>Reads several folders, each with other runs.</summary>
    /// <exception cref="UsageException">A folder has no results, or a run that another has.</exception>
    public static List<ResultRow> ReadTogether(IEnumerable<string> folders)
    {
        var owners = new Dictionary<(string Dataset, string Trainer, int Seed), string>();
        var rows = new List<ResultRow>();
        foreach (string folder in folders)
        {
            var own = ReadExisting(folder);
            foreach (var run in own.Select(row => (row.Dataset, row.Trainer, row.Seed)).Distinct())
            {
                if (!owners.TryAdd(run, folder))
                    throw new UsageException($"{owners[run]} and {folder} both have {run.Trainer} on {run.Dataset} with seed {run.Seed}.");
            }

            rows.AddRange(own);
        }

        return rows;
    }

    /// <summary>Replaces a run and writes the file at once, so that an interrupted benchmark keeps its results.</summary>
    public void Replace(string dataset, string trainer, int seed, IEnumerable<ResultRow> rows)
    {
        bool IsReplaced(ResultRow row) => row.Dataset == dataset && row.Trainer == trainer && row.Seed == seed;

        int index = _rows.FindIndex(IsReplaced);
        _rows.RemoveAll(IsReplaced);
        _rows.InsertRange(index < 0 ? _rows.Count : index, rows);
        CsvFile.Write(_path, Header, _rows.Select(Fields));
    }

    private static string PathIn(string folder) => Path.Combine(folder, "results.csv");

    private static IEnumerable<string> Fields(ResultRow row) =>
    [
        row.Dataset,
        TaskNames.Write(row.Task),
        row.Trainer,
        CsvFile.Number(row.Seed),
        row.Metric,
        CsvFile.Number(row.Value),
        CsvFile.Number(row.FitSeconds),
        CsvFile.Number(row.PredictSeconds),
        row.TestRows is { } count ? CsvFile.Number(count) : "",
    ];

    private static List<ResultRow> Read(string path)
    {
        using var csv = CsvFile.Open(path);
        var rows = new List<ResultRow>();
        bool hasTestRows = csv.Headers.Contains(TestRows); // older files do not
        while (csv.Read())
        {
            rows.Add(new ResultRow(
                csv.GetString("dataset"),
                TaskNames.Read(csv.GetString("task")),
                csv.GetString("trainer"),
                csv.Parse<int>("seed"),
                csv.GetString("metric"),
                csv.Parse<double>("value"),
                csv.Parse<double>("fit_seconds"),
                csv.Parse<double>("predict_seconds"),
                hasTestRows ? csv[TestRows].ParseOrNull<int>() : null));
        }

        return rows;
    }
}
