using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>
/// Measures what users get: trainers at their defaults, DenseNet at each effort, over real and generated datasets. Time, memory and size
/// beside the error, in one run, each trainer in turn in its own process.
/// </summary>
internal sealed class DefaultVerb : IVerb
{
    private static readonly string[] Trainers = ["densenet-quick", "densenet", "densenet-best", "lightgbm", "fasttree"];

    public string Usage =>
        $"""
        default --data <folder> [--datasets a,b] [--trainers a,b] [--seeds 1,2,3] [--out <csv>]
            --data      a folder with manifest.csv, <name>.train.csv and <name>.test.csv
            --datasets  some of the manifest's, or synthetic-ROWSxCOLUMNS[-categories] (default: all, and a grid of sizes)
            --trainers  default {string.Join(',', Trainers)}
            --seeds     default 1; times are medians, errors means over them
            --out       a file for the table, as CSV
        """;

    public int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "--data", "--datasets", "--trainers", "--seeds", "--out");
        string data = options.GetValueOrDefault("--data") ?? throw new UsageException("--data is missing.");
        string[] datasets = options.GetValueOrDefault("--datasets")?.Split(',') ?? [.. Manifest.Read(data).Select(info => info.Name), .. SyntheticTable.Grid];
        string[] trainers = options.GetValueOrDefault("--trainers")?.Split(',') ?? Trainers;
        string[] seeds = options.GetValueOrDefault("--seeds")?.Split(',') ?? ["1"];
        var lines = new List<string[]>();
        foreach (string dataset in datasets)
        {
            foreach (string trainer in trainers)
            {
                var measured = DefaultMeasurement.Median([.. seeds.Select(seed => Measure(data, dataset, trainer, seed))]);
                lines.Add(Line(dataset, trainer, measured));
                Console.Error.WriteLine(string.Join(' ', lines[^1]));
            }
        }

        MarkdownTable.Write(Console.Out, Header, lines);
        if (options.GetValueOrDefault("--out") is { } file)
            File.WriteAllLines(file, lines.Prepend(Header).Select(line => string.Join(',', line)));
        return 0;
    }

    private static string[] Header { get; } =
        ["dataset", "trainer", "fit s", "one row µs", "bulk µs a row", "file KB", "load ms", "peak MB", "error", "log-loss"];

    private static string[] Line(string dataset, string trainer, DefaultMeasurement measured)
    {
        static string Text(double value, string format) => double.IsNaN(value) ? "" : value.ToString(format, CultureInfo.InvariantCulture);
        return
        [
            dataset, trainer, Text(measured.FitSeconds, "F2"), Text(measured.OneRow, "F1"), Text(measured.BulkRow, "F2"), Text(measured.Kilobytes, "F0"),
            Text(measured.LoadMilliseconds, "F1"), Text(measured.PeakMegabytes, "F0"), Text(measured.Error, "G4"), Text(measured.LogLoss, "F4"),
        ];
    }

    private static DefaultMeasurement Measure(string data, string dataset, string trainer, string seed)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(DefaultVerb).Assembly.Location, "default-once", data, dataset, trainer, seed]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? DefaultMeasurement.Parse(output.Trim().Split('\n')[^1])
            : throw new InvalidOperationException($"{trainer} on {dataset} ended with {process.ExitCode}.");
    }
}
