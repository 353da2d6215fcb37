using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Streaming;

/// <summary>Trains on rows that are generated as they are read, more than should fit in memory, and measures peak memory.</summary>
internal sealed class StreamingVerb : IVerb
{
    private const int TestRows = 50_000;

    public string Usage => "streaming [--rows <n>] [--epochs <n>] [--out <csv>]: trains on a stream of 20 M rows of 20 features, and its peak memory";

    public int Run(string[] args)
    {
        int rows = 20_000_000, epochs = 1;
        string? file = null;
        for (int i = 0; i < args.Length; i += 2)
        {
            bool isKnown = i + 1 < args.Length && args[i] switch
            {
                "--rows" => int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out rows) && rows > 0,
                "--epochs" => int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out epochs) && epochs > 0,
                "--out" => (file = args[i + 1]).Length > 0,
                _ => false,
            };
            if (!isKnown)
                throw new UsageException($"Unknown arguments: {string.Join(' ', args)}");
        }

        var mlContext = new MLContext(seed: 1);
        var data = mlContext.Data.LoadFromEnumerable(GeneratedRow.Rows(rows, seed: 1));
        var test = mlContext.Data.LoadFromEnumerable(GeneratedRow.Rows(TestRows, seed: 77));

        long managed = 0;
        using var timer = new Timer(_ => managed = Math.Max(managed, GC.GetTotalMemory(false)), null, 0, 100);
        var clock = Stopwatch.StartNew();
        var model = mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            HiddenUnits = [64, 32],
            NumberOfEpochs = epochs,
            NumberOfThreads = 1, // the other cores read
            DataPlacement = DataPlacement.Stream,
        }).Fit(data);
        double seconds = clock.Elapsed.TotalSeconds;
        double auc = mlContext.BinaryClassification.Evaluate(model.Transform(test)).AreaUnderRocCurve;

        using var process = Process.GetCurrentProcess();
        double peak = process.PeakWorkingSet64 / 1e9;
        double passed = (double)rows * (epochs + 1);
        Console.WriteLine("| rows | features | epochs | s | rows a second, first pass and epochs | GB, the rows themselves | GB, peak working set | GB, managed | AUC |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {rows} | {GeneratedRow.Width} | {epochs} | {seconds:F1} | {passed / seconds:G3} | {4e-9 * rows * GeneratedRow.Width:F2} | {peak:F2} | {managed / 1e9:F2} | {auc:F4} |"));
        if (file is not null)
        {
            File.WriteAllLines(file,
            [
                "rows,features,epochs,seconds,rows_per_second,data_gb,peak_working_set_gb,managed_gb,auc",
                string.Create(CultureInfo.InvariantCulture, $"{rows},{GeneratedRow.Width},{epochs},{seconds:R},{passed / seconds:R},{4e-9 * rows * GeneratedRow.Width:R},{peak:R},{managed / 1e9:R},{auc:R}"),
            ]);
        }

        return 0;
    }
}
