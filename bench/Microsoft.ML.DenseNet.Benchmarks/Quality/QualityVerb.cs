using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// Measures how well trainers predict with their defaults: trains each on the training file of each dataset, predicts the test
/// file, and writes the predictions, results.csv and a summary.
/// </summary>
internal sealed class QualityVerb : IVerb
{
    public string Usage =>
        $"""
        quality --data <folder> --out <folder> [--trainers a,b] [--datasets x,y] [--seeds 1,2,3] [--baselines <csv>]
                [--tuning-seconds <s> | --tuning-from <folders>] [--train-rows <n>] [--positives <share>]
            --data       a folder with manifest.csv, <name>.train.csv and <name>.test.csv
            --out        where <name>.<trainer>.<seed>.predictions.csv and results.csv go
            --trainers   some of {string.Join(',', QualityTrainers.All.Select(trainer => trainer.Name))}
                         (default {string.Join(',', QualityTrainers.Default)})
            --datasets   some of the manifest's (default all)
            --seeds      default 1
            --baselines  a CSV file of other libraries' figures, to rank with these in the summary
            --tuning-seconds  how long lightgbm-tuned searches (default: as long as {SearchTimes.Pace} took on the dataset with the seed)
            --tuning-from     folders whose results.csv says how long that was, besides --out
            --train-rows      how many training rows to keep; the seed draws them
            --positives       the share of positives to reach, in both files, by leaving positives out (two classes only)
        """;

    public int Run(string[] args)
    {
        var options = QualityOptions.Parse(args);
        var trainers = Choose(QualityTrainers.All, options.Trainers ?? [.. QualityTrainers.Default], trainer => trainer.Name, "trainer");
        var manifest = Manifest.Read(options.Data);
        var infos = options.Datasets is null ? manifest : Choose(manifest, options.Datasets, info => info.Name, "dataset");
        var baselines = options.Baselines is null ? [] : Baselines.Read(options.Baselines);
        Directory.CreateDirectory(options.Out);
        var results = new ResultsFile(options.Out);
        ResultRow[] earlier = [.. options.TuningFrom.SelectMany(ResultsFile.ReadExisting)];
        var times = new SearchTimes(options.TuningSeconds, () => results.Rows.Concat(earlier));
        times.Check(trainers, infos.Select(info => info.Name), options.Seeds);

        if (options.Thinning.Positives is not null && infos.FirstOrDefault(info => info.Task != TabularTask.Binary) is { } other)
            throw new UsageException($"--positives needs datasets of two classes; {other.Name} is not one.");

        int failures = 0;
        foreach (var info in infos)
        {
            var dataset = Dataset.Read(options.Data, info);
            foreach (var trainer in trainers.Where(trainer => trainer.CanRun(dataset)))
            {
                foreach (int seed in options.Seeds)
                    failures += TryRun(options.Thinning.Apply(dataset, seed), trainer, seed, options.Out, results, times) ? 0 : 1;
            }
        }

        QualitySummary.Print(results.Rows, baselines, Console.Out);
        if (failures > 0)
            Console.Error.WriteLine($"{failures} runs failed; the summary lacks them.");
        return failures > 0 ? 1 : 0;
    }

    private static IReadOnlyList<T> Choose<T>(IReadOnlyList<T> all, IReadOnlyList<string> names, Func<T, string> nameOf, string kind)
        where T : class =>
        [.. names.Select(name => all.FirstOrDefault(item => nameOf(item) == name)
            ?? throw new UsageException($"There is no {kind} '{name}'; there are {string.Join(", ", all.Select(nameOf))}."))];

    private static bool TryRun(Dataset dataset, QualityTrainer trainer, int seed, string folder, ResultsFile results, SearchTimes times)
    {
        string name = dataset.Info.Name;
        string predictionsPath = Path.Combine(folder, PredictionsFile.Name(name, trainer.Name, seed));
        QualityRun run;
        try
        {
            var timed = trainer.NeedsTime
                ? trainer.Within(times.Find(name, seed) ?? throw new InvalidOperationException($"{SearchTimes.Pace} has not run, so the time for {trainer.Name} is unknown."))
                : trainer;
            run = QualityRun.Execute(dataset, timed, seed);
        }
        catch (Exception exception)
        {
            // One trainer that fails on a dataset must not waste hours of the others' work; the failure shows in the exit code.
            Console.Error.WriteLine($"{name} {trainer.Name} seed {seed}: {exception}");
            File.Delete(predictionsPath);
            results.Replace(name, trainer.Name, seed, []);
            return false;
        }

        PredictionsFile.Write(predictionsPath, run.Predictions);
        var metrics = QualityMetrics.Measure(run.Predictions);
        results.Replace(name, trainer.Name, seed, metrics.Select(metric =>
            new ResultRow(name, dataset.Info.Task, trainer.Name, seed, metric.Metric, metric.Value, run.FitSeconds, run.PredictSeconds, dataset.Info.TestRows)));

        string figures = string.Join(", ", metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $"{metric.Metric} {metric.Value:0.0000}")));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {trainer.Name} seed {seed}: {figures}; fit {run.FitSeconds:0.00} s, predict {run.PredictSeconds:0.00} s"));
        return true;
    }
}
