using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// Compares, on every dataset of a folder, DenseNet's defaults, its best trial, its ensemble, and a random search over LightGbm that takes
/// as many seconds as the tuning did: log-loss or RMSE of the test rows.
/// </summary>
internal sealed class TuneVerb(TextWriter output) : IVerb
{
    private const string Default = "densenet", Best = "densenet-tuned", Ensemble = "densenet-tuned-ensemble", LightGbm = "lightgbm-tuned";

    private static readonly string[] Trainers = [Default, Best, Ensemble, LightGbm];

    public string Usage =>
        """
        tune --data <folder> --out <folder> [--datasets x,y] [--seeds 1,2] [--trials <n>] [--work <times>] [--train-rows <n>]
        tune --out <folder>,<folder>,...
            --data        a folder with manifest.csv, <name>.train.csv and <name>.test.csv; without it, the table of what was measured before is printed
            --out         where results.csv goes; what is complete in it is not repeated
            --datasets    some of the manifest's (default all)
            --seeds       default 1
            --trials      default 30
            --work        the work of all trials, as a multiple of the first one's (default no limit)
            --train-rows  how many training rows to keep of larger datasets; the seed draws them (default all)
        """;

    public int Run(string[] args)
    {
        var values = VerbOptions.Parse(args, "--data", "--out", "--datasets", "--seeds", "--trials", "--work", "--train-rows");
        string folder = values.GetValueOrDefault("--out") ?? throw new UsageException("--out is missing.");
        if (!values.TryGetValue("--data", out string? data))
        {
            Print(ResultsFile.ReadTogether(folder.Split(',', StringSplitOptions.RemoveEmptyEntries)));
            return 0;
        }

        string[]? names = values.GetValueOrDefault("--datasets")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        int[] seeds = [.. (values.GetValueOrDefault("--seeds") ?? "1").Split(',').Select(seed => Number(seed, "a seed"))];
        int trials = values.TryGetValue("--trials", out string? count) ? Number(count, "a number of trials") : 30;
        double? work = values.TryGetValue("--work", out string? times) ? Number(times, "a multiple of the work") : null;
        var thinning = new Thinning(values.TryGetValue("--train-rows", out string? rows) ? Number(rows, "a number of rows") : null, null);
        var manifest = Manifest.Read(data);
        var infos = names is null ? manifest : [.. names.Select(name => manifest.FirstOrDefault(info => info.Name == name) ?? throw new UsageException($"There is no dataset '{name}'; there are {string.Join(", ", manifest.Select(info => info.Name))}."))];
        Directory.CreateDirectory(folder);
        var results = new ResultsFile(folder);
        foreach (var info in infos)
        {
            var dataset = Dataset.Read(data, info);
            foreach (int seed in seeds.Where(seed => !results.Rows.Any(row => row.Dataset == info.Name && row.Trainer == Trainers[^1] && row.Seed == seed)))
                Compare(thinning.Apply(dataset, seed), seed, trials, work, results);
        }

        Print(results.Rows);
        return 0;
    }

    private static void Compare(Dataset dataset, int seed, int trials, double? work, ResultsFile results)
    {
        Keep(Default, QualityRun.Execute(dataset, new DenseNetQualityTrainer(Default, Effort.Standard), seed));
        long start = Stopwatch.GetTimestamp();
        var tuned = TunedDenseNet.Run(dataset, seed, trials, work);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{dataset.Info.Name} seed {seed}: {tuned.Summary}; {seconds:0.0} s"));
        Keep(Best, Predict(tuned.Best));
        Keep(Ensemble, Predict(tuned.Ensemble));
        Keep(LightGbm, QualityRun.Execute(dataset, new TunedLightGbmQualityTrainer(TimeProvider.System).Within(seconds), seed));

        QualityRun Predict(ITransformer model)
        {
            long begin = Stopwatch.GetTimestamp();
            var predictions = QualityRun.Predict(dataset, model);
            return new QualityRun(predictions, seconds, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        void Keep(string trainer, QualityRun run) => results.Replace(dataset.Info.Name, trainer, seed, QualityMetrics.Measure(run.Predictions).Select(metric =>
            new ResultRow(dataset.Info.Name, dataset.Info.Task, trainer, seed, metric.Metric, metric.Value, run.FitSeconds, run.PredictSeconds, dataset.Info.TestRows)));
    }

    /// <summary>Prints a table of losses, and how each compares with the defaults.</summary>
    private void Print(IReadOnlyList<ResultRow> rows)
    {
        var losses = rows.Where(row => row.Metric == MetricNames.Loss(row.Task) && Trainers.Contains(row.Trainer)).GroupBy(row => row.Dataset).Select(group => (
            Dataset: group.Key,
            Floor: RatioFloor.OfLoss(group.First().Task),
            Losses: Trainers.Select(trainer => Mean(group, trainer, row => row.Value)).ToArray(),
            Seconds: Trainers.Select(trainer => Mean(group, trainer, row => row.FitSeconds)).ToArray())).ToList();
        MarkdownTable.Write(
            output,
            ["dataset", .. Trainers, "seconds of the default", "seconds of the search"],
            losses.Select(item => (string[])[item.Dataset, .. item.Losses.Select(loss => Text($"{loss:0.0000}")), Text($"{item.Seconds[0]:0.0}"), Text($"{item.Seconds[1]:0}")]));
        for (int i = 1; i < Trainers.Length; i++)
        {
            double[] ratios = [.. losses.Select(item => Math.Max(item.Losses[i], item.Floor) / Math.Max(item.Losses[0], item.Floor)).Where(double.IsFinite)];
            if (ratios.Length > 0)
                output.WriteLine(Text($"{Trainers[i]} is better than {Default} on {ratios.Count(ratio => ratio < 1)} of {ratios.Length}; its loss is {Math.Exp(ratios.Average(Math.Log)) - 1:+0.0 %;-0.0 %} in the geometric mean."));
        }
    }

    private static double Mean(IEnumerable<ResultRow> rows, string trainer, Func<ResultRow, double> value) =>
        rows.Where(row => row.Trainer == trainer).Select(value).DefaultIfEmpty(double.NaN).Average();

    private static string Text(FormattableString text) => FormattableString.Invariant(text);

    private static int Number(string text, string what) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new UsageException($"'{text}' is not {what}, a whole number from 0.");
}
