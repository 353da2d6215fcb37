using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Benchmarks.Training;

/// <summary>
/// Times a training step against a plain TorchSharp loop and the machine's matrix product, all in one run, in turns; the figures
/// are medians over the turns.
/// </summary>
internal sealed class TrainingVerb : IVerb
{
    private const int Turns = 5;
    private const double SecondsPerTurn = 0.4;

    private static readonly TrainingCase[] Cases =
    [
        new(32, [256, 256], 1, 16384, 256, Optimizers.AdamW(), p => optim.AdamW(p, 1e-3, weight_decay: 0)),
        new(32, [256, 256], 1, 16384, 1024, Optimizers.AdamW(), p => optim.AdamW(p, 1e-3, weight_decay: 0)),
        new(5, [8, 4], 1, 100, 100, Optimizers.SGD(), p => optim.SGD(p, 1e-3)),
        new(54, [512, 512, 512], 7, 8192, 1024, Optimizers.AdamW(), p => optim.AdamW(p, 1e-3, weight_decay: 0)),
        new(32, [256, 256], 1, 16384, 256, Optimizers.SGD(0.9), p => optim.SGD(p, 1e-3, 0.9)),
        new(32, [256, 256], 1, 16384, 256, Optimizers.Adagrad(), p => optim.Adagrad(p, 1e-3)),
        new(32, [256, 256], 1, 16384, 256, Optimizers.RMSprop(), p => optim.RMSProp(p, 1e-3)),
        new(32, [256, 256], 1, 16384, 256, Optimizers.Adamax(), p => optim.Adamax(p, 1e-3)),
        new(32, [256, 256], 1, 16384, 256, Optimizers.NAdam(), p => optim.NAdam(p, 1e-3)),
        new(32, [256, 256], 1, 16384, 256, Optimizers.RAdam(), p => optim.RAdam(p, 1e-3)),
        new(32, [256, 256], 1, 16384, 256, Optimizers.Adadelta(), p => optim.Adadelta(p, 1e-3)),
        new(32, [256, 256], 1, 16384, 256, Optimizers.Rprop(), p => optim.Rprop(p, 1e-3)),
        new(32, [256, 256], 1, 16384, 256, Optimizers.ASGD(), p => optim.ASGD(p, 1e-3)),
        new(32, [256, 256], 1, 4096, 4096, Optimizers.LBFGS(), p => optim.LBFGS(p, 1e-3)),
    ];

    public string Usage =>
        """
        training [--out <csv>] [--rows <n>] [--data <folder>]: the time of a training step beside a plain TorchSharp loop and the
            matrix product, what a Fit does outside the steps, and the growth with rows and width
            --rows  the most rows, from 1000 to 10000000 (default 1000000)
            --data  a folder with manifest.csv, for the time to reach LightGbm's log-loss
        """;

    public int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "--out", "--rows", "--data");
        var lines = new List<string> { "case,plain_us,densenet_us,speedup,gflops,matrix_product_gflops,share_of_matrix_product" };
        Console.WriteLine("| case | plain loop, µs a step | DenseNet, µs a step | times faster | GFLOP/s | of the matrix product |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var test in Cases)
        {
            var (plain, engine, product) = Time(test);
            double rate = test.Flops / engine / 1e9;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {test.Name} | {plain * 1e6:F0} | {engine * 1e6:F0} | {plain / engine:F2} | {rate:F1} | {rate / product:P0} |"));
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"\"{test.Name}\",{plain * 1e6:R},{engine * 1e6:R},{plain / engine:R},{rate:R},{product:R},{rate / product:R}"));
        }

        lines.AddRange(OutsideShare.Print());
        lines.AddRange(GrowthTable.Print(int.Parse(options.GetValueOrDefault("--rows", "1000000"), CultureInfo.InvariantCulture)));
        if (options.TryGetValue("--data", out string? folder))
            lines.AddRange(TimeToLoss.Print(folder));
        if (options.TryGetValue("--out", out string? path))
            File.WriteAllLines(path, lines);
        return 0;
    }

    private static (double Plain, double Engine, double Product) Time(TrainingCase test)
    {
        var rows = TrainingData.Random(test);
        float[] features = [.. rows.Blocks.SelectMany(block => block.Features.ToArray())];
        float[] labels = [.. rows.Labels];
        using var x = tensor(features, [test.Rows, test.Inputs]);
        using var y = test.Outputs == 1 ? tensor(labels, [test.Rows, 1]) : tensor(labels).to(ScalarType.Int64);

        int epochs = (int)Math.Clamp(SecondsPerTurn / (PlainLoop.SecondsPerStep(test, x, y, 1) * Math.Ceiling((double)test.Rows / test.Batch)), 1, 2000);
        var plain = new List<double>();
        var engine = new List<double>();
        var product = new List<double>();
        for (int turn = 0; turn < Turns; turn++)
        {
            plain.Add(PlainLoop.SecondsPerStep(test, x, y, epochs));
            engine.Add(EngineLoop.SecondsPerStep(test, rows, epochs));
            product.Add(MatrixProductRate());
        }

        return (Median(plain), Median(engine), Median(product));
    }

    /// <summary>GFLOP/s of a product of two 1024 x 1024 matrices.</summary>
    private static double MatrixProductRate()
    {
        const int Size = 1024, Repeats = 10;
        using var scope = NewDisposeScope();
        var a = rand(Size, Size);
        var b = rand(Size, Size);
        a.mm(b);
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < Repeats; i++)
            a.mm(b);
        return 2.0 * Size * Size * Size * Repeats / clock.Elapsed.TotalSeconds / 1e9;
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
