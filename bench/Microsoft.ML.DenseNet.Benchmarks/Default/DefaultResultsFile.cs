using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>The measurements of a run, kept in a file so that a long run can be interrupted and resumed; without a file, in memory.</summary>
internal sealed class DefaultResultsFile
{
    private static readonly string[] Header = ["dataset", "trainer", "seed", .. DefaultMeasurement.Names];

    private readonly string? _path;
    private readonly List<DefaultResult> _results = [];

    /// <param name="path">The file; null for none.</param>
    /// <exception cref="UsageException">The file is not one of measurements.</exception>
    public DefaultResultsFile(string? path)
    {
        _path = path;
        if (path is null || !File.Exists(path))
            return;
        string[] lines = File.ReadAllLines(path);
        if (lines.Length == 0 || lines[0] != string.Join(',', Header))
            throw new UsageException($"{path} holds something else: its first line is not {string.Join(',', Header)}.");
        _results.AddRange(lines.Skip(1).Select(Parse));
    }

    public IReadOnlyList<DefaultResult> Results => _results;

    public bool Has(string dataset, string trainer, int seed) =>
        _results.Exists(result => result.Dataset == dataset && result.Trainer == trainer && result.Seed == seed);

    /// <summary>Adds a measurement, to the file at once.</summary>
    public void Add(DefaultResult result)
    {
        _results.Add(result);
        if (_path is null)
            return;
        if (!File.Exists(_path))
            File.WriteAllText(_path, string.Join(',', Header) + "\n");
        File.AppendAllText(_path, $"{result.Dataset},{result.Trainer},{CsvFile.Number(result.Seed)},{result.Measurement.Print()}\n");
    }

    private static DefaultResult Parse(string line)
    {
        string[] fields = line.Split(',', 4);
        return new DefaultResult(fields[0], fields[1], int.Parse(fields[2], System.Globalization.CultureInfo.InvariantCulture), DefaultMeasurement.Parse(fields[3]));
    }
}
