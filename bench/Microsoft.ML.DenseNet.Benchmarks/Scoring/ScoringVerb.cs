using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks.Prediction;
using Microsoft.ML.OnnxRuntime;

namespace Microsoft.ML.DenseNet.Benchmarks.Scoring;

/// <summary>Rows that one core predicts in a second of its time, by several programs and for models of several sizes. All of them run on the same core, in turns.</summary>
internal sealed partial class ScoringVerb : IVerb
{
    private const int BlockRows = 1024, TurnCount = 5;

    public string Usage => "scoring [--program <samples/ScoringAtScale, compiled ahead of time>] [--core <number, by default the last>]: rows a second of one core";

    public int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "--program", "--core");
        int core = Number(options, "--core") ?? Environment.ProcessorCount - 1;
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1 << core; // the programs that are started inherit it
        string folder = Directory.CreateTempSubdirectory("densenet-bench").FullName;
        try
        {
            Console.WriteLine($"Thousands of rows a second, core {core}, medians of {TurnCount} turns, by processor time; rows of {PredictionRow.Width} features");
            Console.WriteLine();
            Console.WriteLine("| model | weights | program, CSV to CSV | PredictBlock | ONNX Runtime | Transform |");
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (var (name, hiddenUnits, rows) in new (string, int[]?, int)[] { ("32-64-64-1", [64, 64], 200_000), ("32-256-256-1", [256, 256], 100_000), ("32-1024-1024-1", [1024, 1024], 20_000), ("default", null, 50_000) })
                Measure(name, hiddenUnits, rows, options.GetValueOrDefault("--program"), folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static int? Number(Dictionary<string, string> options, string name) =>
        !options.TryGetValue(name, out string? text) ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value
        : throw new UsageException($"{name} is '{text}', which is not a number.");

    private static void Measure(string name, int[]? hiddenUnits, int count, string? program, string folder)
    {
        var mlContext = new MLContext(seed: 1);
        var rows = PredictionRow.Create(count);
        var data = mlContext.Data.LoadFromEnumerable(rows, Named());
        var transformer = mlContext.BinaryClassification.Trainers
            .DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = hiddenUnits, NumberOfEpochs = 1 })
            .Fit(mlContext.Data.TakeRows(data, 4000));
        string onnx = Path.Combine(folder, "model.onnx"), model = Path.Combine(folder, "model.zip"), csv = Path.Combine(folder, "rows.csv");
        transformer.SaveAsOnnx(onnx);
        mlContext.Model.SaveModel(transformer, data.Schema, model);
        if (program is not null)
            File.WriteAllLines(csv, rows.Select((row, i) => $"{i},{string.Join(',', row.Features.Select(value => value.ToString(CultureInfo.InvariantCulture)))}").Prepend($"Id,{string.Join(',', Names)}"));

        var network = transformer.Model.Network;
        float[] features = [.. rows.SelectMany(row => row.Features)];
        float[] probabilities = new float[count];
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using var session = new InferenceSession(onnx, options);
        double[] seconds = Medians(
            () => RunProgram(program, model, csv),
            () => OfThisProcess(() => ForBlocks(count, (start, length) => network.PredictBlock(features.AsSpan(start * PredictionRow.Width, length * PredictionRow.Width), length, probabilities.AsSpan(start, length)))),
            () => OfThisProcess(() => ForBlocks(count, (start, length) => RunOnnx(session, features.AsMemory(start * PredictionRow.Width, length * PredictionRow.Width), length))),
            () => OfThisProcess(() => Consume(transformer.Transform(data))));
        string Rate(int which) => (count / seconds[which] / 1000) switch
        {
            >= 100 and var rate => rate.ToString("N0", CultureInfo.InvariantCulture),
            var rate => rate.ToString("G3", CultureInfo.InvariantCulture),
        };
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {network.Parameters.Length:N0} | {(program is null ? "not run" : Rate(0))} | {Rate(1)} | {Rate(2)} | {Rate(3)} |"));
    }

    /// <summary>The median of each measurement; the first turn warms up.</summary>
    private static double[] Medians(params Func<double>[] measurements)
    {
        var seconds = measurements.Select(_ => new List<double>()).ToArray();
        for (int turn = 0; turn <= TurnCount; turn++)
        {
            for (int i = 0; i < measurements.Length; i++)
            {
                double measured = measurements[i]();
                if (turn > 0)
                    seconds[i].Add(measured);
            }
        }

        return [.. seconds.Select(values => values.Order().ElementAt(TurnCount / 2))];
    }

    private static double OfThisProcess(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        action();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    /// <summary>Runs the program; returns the seconds of processor time that the shell says it took.</summary>
    private static double RunProgram(string? program, string model, string rows)
    {
        if (program is null)
            return double.NaN;
        var start = new ProcessStartInfo("bash", ["-c", "\"$0\" \"$1\" < \"$2\" > /dev/null && LC_ALL=C times", program, model, rows]) { RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        string times = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? ProcessorTime().Matches(times.Split('\n')[1]).Sum(time => (60 * double.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture)) + double.Parse(time.Groups[2].Value, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException($"'{program}' ended with {process.ExitCode}.");
    }

    private static void RunOnnx(InferenceSession session, Memory<float> features, int rows)
    {
        using var run = new RunOptions();
        using var input = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, features, [rows, PredictionRow.Width]);
        using var results = session.Run(run, ["Features"], [input], ["Probability"]);
    }

    /// <summary>Reads all probabilities, as Transform computes only what is read.</summary>
    private static void Consume(IDataView scored)
    {
        using var cursor = scored.GetRowCursor([scored.Schema["Probability"]]);
        var read = cursor.GetGetter<float>(scored.Schema["Probability"]);
        float probability = 0;
        while (cursor.MoveNext())
            read(ref probability);
    }

    private static void ForBlocks(int count, Action<int, int> block)
    {
        for (int start = 0; start < count; start += BlockRows)
            block(start, Math.Min(BlockRows, count - start));
    }

    private static string[] Names { get; } = [.. Enumerable.Range(0, PredictionRow.Width).Select(i => $"F{i}")];

    /// <summary>The rows' schema with names for the features.</summary>
    private static SchemaDefinition Named()
    {
        var schema = SchemaDefinition.Create(typeof(PredictionRow));
        var names = new VBuffer<ReadOnlyMemory<char>>(Names.Length, [.. Names.Select(name => name.AsMemory())]);
        schema[nameof(PredictionRow.Features)].AddAnnotation("SlotNames", names, new VectorDataViewType(TextDataViewType.Instance, Names.Length));
        return schema;
    }

    [GeneratedRegex(@"(\d+)m([\d.]+)s")]
    private static partial Regex ProcessorTime();
}
