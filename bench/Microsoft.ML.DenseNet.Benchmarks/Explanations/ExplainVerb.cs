using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks.Default;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Explanations;

/// <summary>
/// Measures contributions: how their gap falls with the steps, how far they then are from those of very many steps, what a row costs, and what sampling
/// permutations costs until its error is as small. On one thread.
/// </summary>
internal sealed class ExplainVerb : IVerb
{
    private const int ExactSteps = 729;

    public string Usage => "explain [--data <folder>] [--datasets a,b] [--hidden 256,256] [--background 32] [--rows 200]: gaps, errors and times of contributions; without --hidden, of the default network";

    public int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "--data", "--datasets", "--hidden", "--background", "--rows");
        int Number(string name, int otherwise) => options.TryGetValue(name, out string? text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
        int background = Number("--background", 32), rows = Number("--rows", 200);
        int[]? hidden = options.TryGetValue("--hidden", out string? units) ? [.. units.Split(',').Select(unit => int.Parse(unit, CultureInfo.InvariantCulture))] : null;
        foreach (string name in options.GetValueOrDefault("--datasets", "synthetic-5000x32").Split(','))
        {
            var dataset = SyntheticTable.Is(name) ? SyntheticTable.Create(name) : Dataset.Read(options["--data"], Manifest.Read(options["--data"]).Single(info => info.Name == name));
            var (network, features) = Train(dataset, hidden);
            Measure(name, network, features, background, rows);
        }

        return 0;
    }

    private static (TrainedNetwork Network, float[] Features) Train(Dataset dataset, int[]? hidden)
    {
        var ml = new MLContext(1);
        var pipeline = QualityPipeline.Features(ml, dataset.Info);
        if (dataset.Info.Task == TabularTask.Multiclass)
            pipeline = pipeline.Append(ml.Transforms.Conversion.MapValueToKey(ColumnNames.Label));
        int? epochs = hidden is null ? null : 20;
        IEstimator<ITransformer> trainer = dataset.Info.Task switch
        {
            TabularTask.Binary => ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = hidden, NumberOfEpochs = epochs, Seed = 1 }),
            TabularTask.Multiclass => ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { HiddenUnits = hidden, NumberOfEpochs = epochs, Seed = 1 }),
            _ => ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { HiddenUnits = hidden, NumberOfEpochs = epochs, Seed = 1 }),
        };
        var prepared = pipeline.Fit(dataset.Train.View);
        var train = prepared.Transform(dataset.Train.View);
        var network = trainer.Fit(train) switch
        {
            DenseNetBinaryTransformer binary => binary.Model.Network,
            DenseNetMulticlassTransformer multiclass => multiclass.Model.Network,
            var other => ((DenseNetRegressionTransformer)other).Model.Network,
        };
        return (network, [.. prepared.Transform(dataset.Test.View).GetColumn<VBuffer<float>>(ColumnNames.Features).SelectMany(row => row.DenseValues())]);
    }

    private static void Measure(string name, TrainedNetwork network, float[] features, int backgroundRows, int count)
    {
        int width = network.Layout.InputWidth, all = features.Length / width;
        var background = new BackgroundRows([.. Enumerable.Range(0, backgroundRows).SelectMany(i => features.Skip((int)((i + 0.5) * all / backgroundRows) * width).Take(width))], width);
        count = Math.Min(count, all);
        float[] rows = features[..(count * width)];
        Console.WriteLine($"{name}: {width} slots, {background.Count} background rows, {count} rows, {network.Layout.ParameterCount:N0} parameters, {network.Layout.OutputWidth} outputs");
        using var exactly = network.CreateExplainer(new ExplanationOptions { Background = background, Tolerance = 0, MaximumSteps = ExactSteps });
        int exactRows = Math.Min(count, 20);
        float[] exact = new float[exactRows * exactly.OutputCount * width];
        exactly.ExplainBlock(rows.AsSpan(0, exactRows * width), exactRows, exact);
        for (int steps = 1; steps <= 27; steps *= 3)
            Report($"{steps} steps", network, background, rows, count, exact, exactRows, new ExplanationOptions { Background = background, Tolerance = 0, MaximumSteps = steps });
        foreach (double tolerance in (double[])[0.1, 0.03, 0.01, 0.003])
            Report($"tolerance {tolerance}", network, background, rows, count, exact, exactRows, new ExplanationOptions { Background = background, Tolerance = tolerance });
        if (network.Layout.OutputWidth == 1)
            Sample(network, background, rows, exactRows);
    }

    private static void Report(string what, TrainedNetwork network, BackgroundRows background, float[] rows, int count, float[] exact, int exactRows, ExplanationOptions options)
    {
        using var explainer = network.CreateExplainer(options);
        int outputs = explainer.OutputCount, width = network.Layout.InputWidth;
        float[] contributions = new float[count * outputs * width], gaps = new float[count * outputs], scores = new float[count * outputs];
        explainer.ExplainBlock(rows.AsSpan(0, width * Math.Min(3, count)), Math.Min(3, count), contributions.AsSpan(0, Math.Min(3, count) * outputs * width));
        double best = double.PositiveInfinity;
        for (int turn = 0; turn < 3; turn++)
        {
            long start = Stopwatch.GetTimestamp();
            explainer.ExplainBlock(rows, count, contributions, scores, gaps);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds / count);
        }

        double spread = Enumerable.Range(0, outputs).Average(output => Deviation(scores, outputs, output));
        double gap = gaps.Select(value => Math.Abs((double)value)).Average() / spread, worst = gaps.Max(value => Math.Abs((double)value)) / spread;
        var (relative, correlation) = Compare(exact, contributions.AsSpan(0, exact.Length).ToArray(), width);
        double steps = Enumerable.Range(0, exactRows).Average(i => explainer.Explain(rows.AsSpan(i * width, width)).Steps);
        Console.WriteLine(FormattableString.Invariant($"  {what,-16} steps {steps / background.Count,6:0.0}  gap/spread mean {gap:0.0000} worst {worst:0.0000}  error/size {relative:0.0000}  correlation {correlation:0.00000}  {best:0.000} ms/row"));
    }

    private static void Sample(TrainedNetwork network, BackgroundRows background, float[] rows, int count)
    {
        int width = network.Layout.InputWidth;
        var sampler = new PermutationSampler(network, background);
        float[] exact = new float[count * width], sampled = new float[count * width];
        for (int i = 0; i < count; i++)
            sampler.Explain(rows.AsSpan(i * width, width), 64 * background.Count, new Random(1), exact.AsSpan(i * width, width));
        for (int permutations = background.Count / 8; permutations <= 8 * background.Count; permutations *= 2)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
                sampler.Explain(rows.AsSpan(i * width, width), permutations, new Random(2), sampled.AsSpan(i * width, width));
            double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds / count;
            var (relative, correlation) = Compare(exact, sampled, width);
            Console.WriteLine(FormattableString.Invariant($"  {2 * permutations,5} permutations  error/size {relative:0.0000}  correlation {correlation:0.00000}  {time:0.000} ms/row"));
        }
    }

    /// <summary>The root mean square difference, relative to the root mean square of the exact values, and the mean correlation of rows.</summary>
    private static (double Relative, double Correlation) Compare(float[] exact, float[] others, int width)
    {
        double difference = 0, size = 0, correlation = 0;
        for (int start = 0; start < exact.Length; start += width)
        {
            double xy = 0, xx = 0, yy = 0, x = 0, y = 0;
            for (int i = start; i < start + width; i++)
            {
                difference += Math.Pow(exact[i] - others[i], 2);
                size += Math.Pow(exact[i], 2);
                (x, y, xx, yy, xy) = (x + exact[i], y + others[i], xx + ((double)exact[i] * exact[i]), yy + ((double)others[i] * others[i]), xy + ((double)exact[i] * others[i]));
            }

            correlation += (xy - (x * y / width)) / Math.Sqrt((xx - (x * x / width)) * (yy - (y * y / width))) * width / exact.Length;
        }

        return (Math.Sqrt(difference / size), correlation);
    }

    private static double Deviation(float[] scores, int outputs, int output)
    {
        double[] values = [.. scores.Where((_, i) => i % outputs == output).Select(value => (double)value)];
        double mean = values.Average();
        return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
    }
}
