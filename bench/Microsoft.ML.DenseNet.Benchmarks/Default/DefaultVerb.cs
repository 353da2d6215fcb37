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
        default --data <folder> [--datasets a,b] [--trainers a,b] [--seeds 1,2,3] [--out <csv>] [--picture <png>]
            --data      a folder with manifest.csv, <name>.train.csv and <name>.test.csv
            --datasets  some of the manifest's, or {SyntheticTable.Pattern} (default: all, and a grid of sizes)
            --trainers  default {string.Join(',', Trainers)}
            --seeds     default 1; times are medians, errors means over them
            --out       a CSV file for the measurements; what is in it is not measured again, so a run can be interrupted and resumed
            --picture   a PNG file for a picture: error against training and prediction time
        """;

    public int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "--data", "--datasets", "--trainers", "--seeds", "--out", "--picture");
        string data = options.GetValueOrDefault("--data") ?? throw new UsageException("--data is missing.");
        string[] datasets = options.GetValueOrDefault("--datasets")?.Split(',') ?? [.. Manifest.Read(data).Select(info => info.Name), .. SyntheticTable.Grid];
        string[] trainers = options.GetValueOrDefault("--trainers")?.Split(',') ?? Trainers;
        int[] seeds = [.. (options.GetValueOrDefault("--seeds")?.Split(',') ?? ["1"]).Select(Seed)];
        if (trainers.FirstOrDefault(name => !QualityTrainers.All.Any(trainer => trainer.Name == name && !trainer.NeedsTime)) is { } unknownTrainer)
            throw new UsageException($"There is no trainer '{unknownTrainer}'.");
        var known = Manifest.Read(data).Select(info => info.Name).ToHashSet();
        if (datasets.FirstOrDefault(name => !SyntheticTable.Is(name) && !known.Contains(name)) is { } unknownDataset)
            throw new UsageException($"There is no dataset '{unknownDataset}' in {data}, and it is not {SyntheticTable.Pattern}.");
        string? picture = options.GetValueOrDefault("--picture");
        if (picture is not null && !picture.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
            throw new UsageException($"'{picture}' does not end in .png.");

        var results = new DefaultResultsFile(options.GetValueOrDefault("--out"));
        int failures = datasets.Sum(dataset => trainers.Sum(trainer => seeds.Count(seed => !TryMeasure(data, dataset, trainer, seed, results))));
        var report = new DefaultReport(
            from dataset in datasets
            from trainer in trainers
            from result in results.Results
            where result.Dataset == dataset && result.Trainer == trainer && seeds.Contains(result.Seed)
            select result);
        report.Print(Console.Out);
        if (picture is not null)
            report.Draw(picture);
        if (failures > 0)
            Console.Error.WriteLine($"{failures} measurements failed; the tables lack them. Measure them with the same --out.");
        return failures > 0 ? 1 : 0;
    }

    private static int Seed(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seed)
        ? seed
        : throw new UsageException($"'{text}' is not a seed: seeds are whole numbers from 0.");

    /// <summary>Measures what the results lack. One failure must not waste the measurements that follow.</summary>
    private static bool TryMeasure(string data, string dataset, string trainer, int seed, DefaultResultsFile results)
    {
        if (results.Has(dataset, trainer, seed))
            return true;
        if (Measure(data, dataset, trainer, seed) is not { } measured)
            return false;
        results.Add(new DefaultResult(dataset, trainer, seed, measured));
        Console.Error.WriteLine($"{dataset} {trainer} seed {seed}: {measured}");
        return true;
    }

    /// <summary>Null if the process failed; it has said why.</summary>
    private static DefaultMeasurement? Measure(string data, string dataset, string trainer, int seed)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(DefaultVerb).Assembly.Location, "default-once", data, dataset, trainer, CsvFile.Number(seed)]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode == 0)
            return DefaultMeasurement.Parse(output.Trim().Split('\n')[^1]);
        Console.Error.WriteLine($"{trainer} on {dataset} with seed {seed} ended with {process.ExitCode}.");
        return null;
    }
}
