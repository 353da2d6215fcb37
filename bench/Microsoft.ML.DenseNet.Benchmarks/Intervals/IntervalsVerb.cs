using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Intervals;

/// <summary>Measures intervals on datasets: how often they hold the labels of test rows, how wide they are, and their score, beside other ways to make them.</summary>
internal sealed class IntervalsVerb : IVerb
{
    private static readonly double[] Coverages = [0.8, 0.9, 0.95];

    public string Usage =>
        $"""
        intervals --data <folder> [--datasets x,y] [--task classes] [--methods a,b] [--seeds 1,2]
            --data      a folder with manifest.csv, <name>.train.csv and <name>.test.csv
            --datasets  some of the manifest's (default all)
            --task      numbers or classes (default numbers)
            --methods   for numbers, some of {string.Join(',', IntervalMethods.All.Select(method => method.Name))} (default all)
            --seeds     default 1
        """;

    public int Run(string[] args)
    {
        var values = VerbOptions.Parse(args, "--data", "--datasets", "--task", "--methods", "--seeds");
        string folder = values.GetValueOrDefault("--data") ?? throw new UsageException("--data is missing.");
        string[]? names = Split(values.GetValueOrDefault("--datasets")), methods = Split(values.GetValueOrDefault("--methods"));
        int[] seeds = [.. (Split(values.GetValueOrDefault("--seeds")) ?? ["1"]).Select(seed => int.Parse(seed, CultureInfo.InvariantCulture))];
        var infos = Manifest.Read(folder).Where(info => names?.Contains(info.Name) ?? true);
        if (values.GetValueOrDefault("--task") == "classes")
        {
            SetMeasurement.Run(folder, [.. infos.Where(info => info.Task != TabularTask.Regression)], seeds);
            return 0;
        }

        Console.WriteLine("| Dataset | Method | 80 %: covers | width | 90 %: covers | width | 95 %: covers | width | score at 90 % | seconds |");
        Console.WriteLine("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var info in infos.Where(info => info.Task == TabularTask.Regression))
            Measure(folder, info, [.. IntervalMethods.All.Where(method => methods?.Contains(method.Name) ?? true)], seeds);

        return 0;
    }

    private static void Measure(string folder, DatasetInfo info, IReadOnlyList<IntervalMethod> methods, int[] seeds)
    {
        var ml = new MLContext(seed: 1);
        var data = IntervalData.Of(ml, Dataset.Read(folder, info));
        float[] labels = IntervalData.Labels(data.Test);
        foreach (var method in methods)
        {
            long start = Stopwatch.GetTimestamp();
            var runs = seeds.Select(seed => method.Predict(ml, data, Coverages, seed)).ToList();
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds / seeds.Length;
            string figures = string.Join(" | ", Coverages.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{runs.Average(run => run[i].Coverage(labels)):P1} | {runs.Average(run => run[i].Width):G4}")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {info.Name} | {method.Name} | {figures} | {runs.Average(run => run[1].Score(labels, Coverages[1])):G4} | {seconds:0.0} |"));
        }
    }

    private static string[]? Split(string? list) => list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
