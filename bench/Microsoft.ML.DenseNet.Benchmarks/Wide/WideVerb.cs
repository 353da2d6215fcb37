using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Wide;

/// <summary>
/// Times whole fits of the default network on data with many one-hot slots or many classes. The network for wide sparse rows, fitted to
/// the same one-hot rows, shows what they cost at least.
/// </summary>
internal sealed class WideVerb : IVerb
{
    private static readonly string[] Cases = ["ids-sparse", "ids-dense", "ids-by-lookup", "classes"];

    public string Usage =>
        """
        wide [--cases <name,...>] [--ids <n>] [--classes <n>] [--rows <n>] [--out <csv>]: the time and the accuracy of a default fit with
            many one-hot slots (ids-sparse, ids-dense; ids-by-lookup is the network for wide sparse rows) and with many classes (classes)
            --ids      slots of the one-hot block (default 3000)
            --classes  classes (default 2000)
            --rows     training rows (default 12000 for ids, 10000 for classes)
        """;

    public int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "--cases", "--ids", "--classes", "--rows", "--out");
        int Number(string name, int otherwise) => int.Parse(options.GetValueOrDefault(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
        string[] cases = options.TryGetValue("--cases", out string? chosen) ? chosen.Split(',') : Cases;
        var lines = new List<string> { "case,fit_seconds,processor_seconds,networks,epochs,log_loss,accuracy" };
        Console.WriteLine("| case | fit, s | processor, s | networks x epochs | test log-loss | test accuracy |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (string name in cases)
        {
            var run = name switch
            {
                "ids-sparse" => Ids(Number("--rows", 12_000), Number("--ids", 3000), isDense: false, byLookup: false),
                "ids-dense" => Ids(Number("--rows", 12_000), Number("--ids", 3000), isDense: true, byLookup: false),
                "ids-by-lookup" => Ids(Number("--rows", 12_000), Number("--ids", 3000), isDense: false, byLookup: true),
                "classes" => Classes(Number("--rows", 10_000), Number("--classes", 2000)),
                _ => throw new UsageException($"There is no case '{name}'; there are {string.Join(", ", Cases)}."),
            };
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {run.Seconds:F2} | {run.Processor:F2} | {run.History.Networks} x {run.History.Count} | {run.LogLoss:F4} | {run.Accuracy:P2} |"));
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{name},{run.Seconds:R},{run.Processor:R},{run.History.Networks},{run.History.Count},{run.LogLoss:R},{run.Accuracy:R}"));
        }

        if (options.TryGetValue("--out", out string? path))
            File.WriteAllLines(path, lines);
        return 0;
    }

    private static WideRun Ids(int rows, int ids, bool isDense, bool byLookup)
    {
        var ml = new MLContext(1);
        var data = OneHotRows.Create(ml, rows, ids, isDense, seed: 1);
        var test = OneHotRows.Create(ml, rows / 2, ids, isDense, seed: 2);
        var trainer = ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            Seed = 1,
            Defaults = byLookup ? DenseNetDefaults.ForSparse(LearningTask.BinaryClassification) : null,
        });
        var (model, seconds, processor) = Timed(() => trainer.Fit(data));
        var metrics = ml.BinaryClassification.Evaluate(model.Transform(test));
        return new WideRun(seconds, processor, model.Model.Network.History, metrics.LogLoss * Math.Log(2), metrics.Accuracy);
    }

    private static WideRun Classes(int rows, int classes)
    {
        var ml = new MLContext(1);
        var data = ClassRow.Create(ml, rows, classes, seed: 1);
        var test = ClassRow.Create(ml, rows / 2, classes, seed: 2);
        var trainer = ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { Seed = 1 });
        var (model, seconds, processor) = Timed(() => trainer.Fit(data));
        var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
        return new WideRun(seconds, processor, model.Model.Network.History, metrics.LogLoss, metrics.MicroAccuracy);
    }

    private static (T Result, double Seconds, double Processor) Timed<T>(Func<T> run)
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var result = run();
        double seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        return (result, seconds, (process.TotalProcessorTime - before).TotalSeconds);
    }

    private sealed record WideRun(double Seconds, double Processor, TrainingHistory History, double LogLoss, double Accuracy);
}
