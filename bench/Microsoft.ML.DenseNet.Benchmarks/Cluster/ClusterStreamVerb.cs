using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.DenseNet.Benchmarks.Streaming;

namespace Microsoft.ML.DenseNet.Benchmarks.Cluster;

/// <summary>Trains on a stream of generated rows, of which each process that mpiexec started generates its share, and measures each one's peak memory.</summary>
internal sealed class ClusterStreamVerb : IVerb
{
    private const int TestRows = 50_000;

    public string Usage => "cluster-stream [--rows <n>] [--epochs <n>] [--batch <n>] [--placement <Stream or Host>]: trains on a stream of 100 M rows of 20 features, or on rows in memory, alone or under mpiexec -n <processes> dotnet <this>.dll, and each process's peak memory";

    public int Run(string[] args)
    {
        var values = VerbOptions.Parse(args, "--rows", "--epochs", "--batch", "--placement");
        int rows = Number(values, "--rows", 100_000_000), epochs = Number(values, "--epochs", 1), batch = Number(values, "--batch", 1024);
        using var workers = MpiWorkers.Start();
        (workers.Split, workers.Data) = (WorkSplit.Rows, WorkData.Own);
        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(GeneratedRow.Rows(rows, seed: 1, workers.Rank, workers.Count));
        var clock = Stopwatch.StartNew();
        var model = mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            HiddenUnits = [64, 32],
            NumberOfEpochs = epochs,
            BatchSize = batch,
            NumberOfThreads = 1,
            DataPlacement = Enum.Parse<DataPlacement>(values.GetValueOrDefault("--placement", nameof(DataPlacement.Stream))),
            MemoryBudget = 256,
            Workers = workers,
        }).Fit(data);
        double seconds = clock.Elapsed.TotalSeconds;

        using var process = Process.GetCurrentProcess();
        double peak = process.PeakWorkingSet64 / 1e9;
        double[] peaks = [.. workers.Exchange(MemoryMarshal.AsBytes(new ReadOnlySpan<double>(in peak))).Select(block => MemoryMarshal.Read<double>(block))];
        if (workers.Rank != 0)
            return 0;
        var test = mlContext.Data.LoadFromEnumerable(GeneratedRow.Rows(TestRows, seed: 77));
        double auc = mlContext.BinaryClassification.Evaluate(model.Transform(test)).AreaUnderRocCurve;
        Console.WriteLine("| processes | rows | epochs | s | rows a second, first pass and epochs | GB, the rows themselves | GB, peak working set of each process | AUC |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {workers.Count} | {rows} | {epochs} | {seconds:F1} | {(double)rows * (epochs + 1) / seconds:G3} | {4e-9 * rows * GeneratedRow.Width:F2} | {string.Join(", ", peaks.Select(each => each.ToString("F2", CultureInfo.InvariantCulture)))} | {auc:F4} |"));
        return 0;
    }

    private static int Number(Dictionary<string, string> values, string name, int otherwise) =>
        !values.TryGetValue(name, out string? text) ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number
        : throw new UsageException($"{name} is '{text}', which is not a number above 0.");
}
