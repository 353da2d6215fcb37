using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Benchmarks.Prediction;

/// <summary>Times prediction with a 32-256-256-1 network against its peers, all in one run, in turns; figures are medians.</summary>
internal sealed class PredictionVerb : IVerb
{
    private const int BulkRows = 1_000_000;
    private const double FlopsPerRow = 2.0 * (32 * 256 + 256 * 256 + 256);

    public string Usage => "prediction: the time of predictions beside LightGbm, ONNX Runtime and TorchSharp";

    public int Run(string[] args)
    {
        if (args.Length > 0)
            throw new UsageException($"Unknown arguments: {string.Join(' ', args)}");

        string folder = Directory.CreateTempSubdirectory("densenet-bench").FullName;
        try
        {
            Measure(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static void Measure(string folder)
    {
        var mlContext = new MLContext(seed: 1);
        var rows = PredictionRow.Create(20_000);
        var data = mlContext.Data.LoadFromEnumerable(rows);
        var densenet = mlContext.BinaryClassification.Trainers.DenseNet(hiddenUnits: [256, 256], numberOfEpochs: 2).Fit(data);
        var lightGbm = mlContext.BinaryClassification.Trainers.LightGbm().Fit(data);
        string onnx = Path.Combine(folder, "network.onnx");
        densenet.SaveAsOnnx(onnx);

        OnePrediction(mlContext, rows, data, densenet, lightGbm, onnx);
        Blocks(densenet.Model.Network, rows, onnx);
        Bulk(mlContext, densenet, Int8(mlContext, densenet), lightGbm);
        NewProcess(mlContext, data, densenet, lightGbm, folder);
    }

    private static void OnePrediction(MLContext mlContext, PredictionRow[] rows, IDataView data, DenseNetBinaryTransformer densenet, ITransformer lightGbm, string onnx)
    {
        var row = rows[7];
        using var ours = mlContext.Model.CreatePredictionEngine<PredictionRow, ScorePrediction>(densenet);
        using var int8 = mlContext.Model.CreatePredictionEngine<PredictionRow, ScorePrediction>(Int8(mlContext, densenet));
        using var trees = mlContext.Model.CreatePredictionEngine<PredictionRow, ScorePrediction>(lightGbm);
        var onnxModel = mlContext.Transforms.ApplyOnnxModel(onnx).Fit(data);
        using var runtime = mlContext.Model.CreatePredictionEngine<PredictionRow, OnnxPrediction>(onnxModel);
        using var module = torch.nn.Sequential(
            torch.nn.Linear(PredictionRow.Width, 256), torch.nn.ReLU(), torch.nn.Linear(256, 256), torch.nn.ReLU(), torch.nn.Linear(256, 1), torch.nn.Sigmoid());
        module.eval();
        ScorePrediction prediction = new();
        OnnxPrediction onnxPrediction = new();
        float sink = 0;

        double[] seconds = Turns.Median(
            () => ours.Predict(row, ref prediction),
            () => int8.Predict(row, ref prediction),
            () => trees.Predict(row, ref prediction),
            () => runtime.Predict(row, ref onnxPrediction),
            () =>
            {
                using var scope = torch.NewDisposeScope();
                using var noGradient = torch.no_grad();
                sink += module.forward(torch.tensor(row.Features, [1, PredictionRow.Width])).item<float>();
            });
        GC.KeepAlive(sink);
        Title("One prediction, 32-256-256-1", "µs", "DenseNet's share of its time");
        Line("DenseNet, PredictionEngine", seconds[0] * 1e6, seconds[0] / seconds[0]);
        Line("DenseNet with 8-bit weights, PredictionEngine", seconds[1] * 1e6, seconds[0] / seconds[1]);
        Line("LightGbm, defaults, PredictionEngine", seconds[2] * 1e6, seconds[0] / seconds[2]);
        Line("the same network, OnnxTransformer, PredictionEngine", seconds[3] * 1e6, seconds[0] / seconds[3]);
        Line("a network of the same shape, TorchSharp forward", seconds[4] * 1e6, seconds[0] / seconds[4]);
    }

    private static void Blocks(TrainedNetwork network, PredictionRow[] rows, string onnx)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(onnx, options);
        int threads = torch.get_num_threads();
        torch.set_num_threads(1);
        using var scope = torch.NewDisposeScope();
        var left = torch.rand(1024, 1024);
        var right = torch.rand(1024, 1024);

        var int8 = network.Quantize();
        Title("Blocks of rows, one thread", "µs a row", "GFLOP/s");
        foreach (int count in (int[])[1, 16, 1024])
        {
            float[] features = [.. rows.Take(count).SelectMany(row => row.Features)];
            float[] outputs = new float[count];
            using var input = OrtValue.CreateTensorValueFromMemory(features, [count, PredictionRow.Width]);
            using var runOptions = new RunOptions();
            double[] seconds = Turns.Median(
                () => network.ComputeOutputBlock(features, count, outputs),
                () =>
                {
                    using var results = session.Run(runOptions, ["Features"], [input], ["Score"]);
                },
                () =>
                {
                    using var product = left.mm(right);
                },
                () => int8.ComputeOutputBlock(features, count, outputs));
            double product = 2.0 * 1024 * 1024 * 1024 / seconds[2] / 1e9;
            Line($"{count} rows: DenseNet", seconds[0] * 1e6 / count, FlopsPerRow * count / seconds[0] / 1e9);
            Line($"{count} rows: DenseNet with 8-bit weights", seconds[3] * 1e6 / count, FlopsPerRow * count / seconds[3] / 1e9);
            Line($"{count} rows: ONNX Runtime", seconds[1] * 1e6 / count, FlopsPerRow * count / seconds[1] / 1e9);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {count} rows: times faster than ONNX Runtime; share of the matrix product's {product:F0} GFLOP/s | {seconds[1] / seconds[0]:F2} | {FlopsPerRow * count / seconds[0] / 1e9 / product:P0} |"));
        }

        torch.set_num_threads(threads);
    }

    private static void Bulk(MLContext mlContext, ITransformer densenet, ITransformer int8, ITransformer lightGbm)
    {
        // Features repeat, so the view itself takes little memory: any growth is what scoring keeps.
        var pattern = PredictionRow.Create(1000);
        var data = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, BulkRows).Select(i => pattern[i % pattern.Length]));
        long peak = 0;
        void Score(ITransformer model)
        {
            var scored = model.Transform(data);
            using var cursor = scored.GetRowCursor([scored.Schema["Score"]]);
            var read = cursor.GetGetter<float>(scored.Schema["Score"]);
            float score = 0;
            while (cursor.MoveNext())
            {
                read(ref score);
                if (cursor.Position % 100_000 == 0)
                    peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: false));
            }
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        double[] seconds = Turns.MedianOfSingleCalls(3, () => Score(densenet), () => Score(int8), () => Score(lightGbm));
        Title("Transform, 1 M rows of 32 features", "rows a second", "DenseNet is faster, times");
        Line("DenseNet", BulkRows / seconds[0], 1);
        Line("DenseNet with 8-bit weights", BulkRows / seconds[1], seconds[1] / seconds[0]);
        Line("LightGbm", BulkRows / seconds[2], seconds[2] / seconds[0]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| managed memory: before, and the most seen | {before / 1e6:F1} MB | {peak / 1e6:F1} MB |"));
    }

    private static void NewProcess(MLContext mlContext, IDataView data, ITransformer densenet, ITransformer lightGbm, string folder)
    {
        string ours = Path.Combine(folder, "densenet.zip"), trees = Path.Combine(folder, "lightgbm.zip");
        mlContext.Model.Save(densenet, data.Schema, ours);
        mlContext.Model.Save(lightGbm, data.Schema, trees);
        static void Start(string model)
        {
            var start = new ProcessStartInfo("dotnet", [typeof(PredictionVerb).Assembly.Location, "predict-once", model]) { RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"The process ended with {process.ExitCode}.");
        }

        double[] seconds = Turns.MedianOfSingleCalls(9, () => Start(ours), () => Start(trees));
        Title("A new process that opens a saved model and predicts once", "s", "DenseNet's share of its time");
        Line("DenseNet", seconds[0], 1);
        Line("LightGbm", seconds[1], seconds[0] / seconds[1]);
    }

    private static DenseNetBinaryTransformer Int8(MLContext mlContext, DenseNetBinaryTransformer densenet) =>
        mlContext.BinaryClassification.CreateTransformer(densenet.Model.Network.Quantize());

    private static void Title(string title, string first, string second)
    {
        Console.WriteLine();
        Console.WriteLine($"| {title} | {first} | {second} |");
        Console.WriteLine("|---|---|---|");
    }

    private static void Line(string name, double first, double second) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {first:G4} | {second:G4} |"));
}
