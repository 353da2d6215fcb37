using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Cluster;

/// <summary>Times exchanges and steps of the processes that mpiexec started; each process computes with one thread.</summary>
internal sealed class ClusterVerb : IVerb
{
    private const int StepsPerEpoch = 20, Epochs = 5;

    public string Usage => "cluster [--out <csv>]: exchanges and steps, alone or under mpiexec -n <processes> dotnet <this>.dll";

    public int Run(string[] args)
    {
        var values = VerbOptions.Parse(args, "--out");
        using var workers = MpiWorkers.Start();
        var lines = new List<string>();
        lines.AddRange(Exchanges(workers));
        foreach (var test in StepCase.Measured)
        {
            workers.FewestHiddenFloats = TrainingWorkers.WorthHiding;
            lines.Add(Step(workers, test, "step"));
            workers.FewestHiddenFloats = int.MaxValue;
            lines.Add(Step(workers, test, "step without hiding the exchange"));
        }

        if (workers.Rank != 0)
            return 0;
        string[] all = ["processes,what,floats,best_us,median_us", .. lines];
        Console.WriteLine(string.Join('\n', all));
        if (values.TryGetValue("--out", out string? file))
            File.WriteAllLines(file, all);
        return 0;
    }

    private static IEnumerable<string> Exchanges(TrainingWorkers workers)
    {
        byte[] report = new byte[24], all = new byte[24 * workers.Count];
        yield return Line(workers, "report", 0, Times(5000, () => workers.ExchangeSmall(report, all)));
        float[] factors = [.. Enumerable.Repeat(1f / workers.Count, workers.Count)];
        foreach (int count in new[] { 1_000, 10_000, 75_009, 148_000, 557_063, 1_000_000, 4_000_000 })
        {
            var values = new float[count];
            yield return Line(workers, "sum", count, Times(Math.Clamp(100_000_000 / count, 50, 3000), () => workers.Sum(values, factors)));
        }
    }

    private static string Step(TrainingWorkers workers, StepCase test, string what)
    {
        // The observer of rank 0 sees when epochs end; all processes end them together.
        var ends = new List<double>();
        var clock = Stopwatch.StartNew();
        workers.Split = WorkSplit.Rows;
        var mlContext = new MLContext(seed: 1);
        int rows = StepsPerEpoch * test.Batch;
        var data = DenseNetDatasets.MakeClassification(rows: rows, features: test.Inputs, classes: Math.Max(2, test.Outputs), informative: 8, seed: 1).ToDataView(mlContext, keyLabel: true);
        mlContext.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options
        {
            HiddenUnits = test.Hidden,
            BatchSize = test.Batch,
            NumberOfEpochs = Epochs,
            NumberOfThreads = 1,
            Workers = workers,
            Progress = _ => ends.Add(clock.Elapsed.TotalSeconds),
        }).Fit(data);
        double[] times = [.. ends.Zip(ends.Skip(1), (before, after) => (after - before) / StepsPerEpoch)];
        return Line(workers, $"{what} {test}".Replace(',', ';'), test.Parameters, times);
    }

    private static double[] Times(int repetitions, Action action)
    {
        action();
        var times = new double[repetitions];
        for (int i = 0; i < repetitions; i++)
        {
            long start = Stopwatch.GetTimestamp();
            action();
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return times;
    }

    private static string Line(TrainingWorkers workers, string what, int floats, double[] times)
    {
        double[] sorted = [.. times.Order()];
        return sorted.Length == 0 ? $"{workers.Count},{what},{floats},," : string.Create(CultureInfo.InvariantCulture, $"{workers.Count},{what},{floats},{1e6 * sorted[0]:F1},{1e6 * sorted[sorted.Length / 2]:F1}");
    }
}
