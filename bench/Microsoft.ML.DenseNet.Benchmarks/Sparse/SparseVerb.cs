using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Sparse;

/// <summary>
/// Times an epoch over wide sparse rows against ML.NET's SDCA logistic regression, in turns; the figures are medians over the turns.
/// An epoch's time is the difference between two training runs of different length, so that reading the rows does not count.
/// </summary>
internal sealed class SparseVerb : IVerb
{
    private const int Rows = 200_000;
    private const int TestRows = 20_000;
    private const int Turns = 3;
    private const int FewEpochs = 2;
    private const int ManyEpochs = 8;

    private static readonly (string Name, Layer? Hidden, Optimizer Optimizer, double LearningRate, int Batch)[] Cases =
    [
        ("logistic regression, SGD", null, Optimizers.SGD(), 0.1, 1024),
        ("logistic regression, Adagrad", null, Optimizers.Adagrad(), 0.1, 1024),
        ("logistic regression, SparseAdam", null, Optimizers.SparseAdam(), 0.003, 1024),
        ("EmbeddingBag(16)-ReLU-Linear, Adagrad", Layer.Sequential(Layer.EmbeddingBag(16), Layer.ReLU), Optimizers.Adagrad(), 0.05, 1024),
        ("EmbeddingBag(16)-ReLU-Linear, SparseAdam", Layer.Sequential(Layer.EmbeddingBag(16), Layer.ReLU), Optimizers.SparseAdam(), 0.002, 1024),
        ("EmbeddingBag(16)-ReLU-Linear, SparseAdam, batches of 4096", Layer.Sequential(Layer.EmbeddingBag(16), Layer.ReLU), Optimizers.SparseAdam(), 0.004, 4096),
        ("EmbeddingBag(16)-ReLU-Linear, SGD", Layer.Sequential(Layer.EmbeddingBag(16), Layer.ReLU), Optimizers.SGD(), 0.5, 1024),
    ];

    public string Usage => "sparse [--out <csv>]: the time of an epoch over 200 000 rows of 50 values in 100 000 slots beside SdcaLogisticRegression";

    public int Run(string[] args)
    {
        if (args is not ([] or ["--out", _]))
            throw new UsageException($"Unknown arguments: {string.Join(' ', args)}");

        var ml = new MLContext(seed: 1);
        var rows = ml.Data.Cache(ml.Data.LoadFromEnumerable(WideRow.Create(Rows, seed: 2)));
        var test = ml.Data.LoadFromEnumerable(WideRow.Create(TestRows, seed: 3));
        double Auc(ITransformer model) => ml.BinaryClassification.Evaluate(model.Transform(test)).AreaUnderRocCurve;

        ITransformer Sdca(int epochs) => ml.BinaryClassification.Trainers.SdcaLogisticRegression(maximumNumberOfIterations: epochs).Fit(rows);
        ITransformer Ours((string Name, Layer? Hidden, Optimizer Optimizer, double LearningRate, int Batch) test, int epochs)
        {
            var options = new DenseNetBinaryTrainer.Options
            {
                Network = test.Hidden,
                HiddenUnits = test.Hidden is null ? [] : null,
                Optimizer = test.Optimizer,
                LearningRate = test.LearningRate,
                NumberOfEpochs = epochs,
                BatchSize = test.Batch,
                Seed = 1,
            };
            return ml.BinaryClassification.Trainers.DenseNet(options).Fit(rows);
        }

        // The first runs also fill the cache and compile; their models show whether all learn equally well.
        double[] aucs = [Auc(Sdca(ManyEpochs)), .. Cases.Select(item => Auc(Ours(item, ManyEpochs)))];
        var times = Enumerable.Range(0, Cases.Length + 1).Select(_ => new List<double>()).ToArray();
        for (int turn = 0; turn < Turns; turn++)
        {
            times[0].Add(SecondsPerEpoch(epochs => Sdca(epochs)));
            for (int i = 0; i < Cases.Length; i++)
                times[i + 1].Add(SecondsPerEpoch(epochs => Ours(Cases[i], epochs)));
        }

        var lines = new List<string> { "trainer,seconds_per_epoch,times_sdca,auc" };
        Console.WriteLine($"| trainer | seconds an epoch | times SDCA's | AUC after {ManyEpochs} epochs |");
        Console.WriteLine("|---|---|---|---|");
        double sdca = Median(times[0]);
        for (int i = 0; i < times.Length; i++)
        {
            string name = i == 0 ? "SdcaLogisticRegression" : Cases[i - 1].Name;
            double seconds = Median(times[i]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {seconds:F3} | {seconds / sdca:F2} | {aucs[i]:F4} |"));
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"\"{name}\",{seconds:R},{seconds / sdca:R},{aucs[i]:R}"));
        }

        if (args.Length > 0)
            File.WriteAllLines(args[1], lines);
        return 0;
    }

    private static double SecondsPerEpoch(Action<int> train)
    {
        var clock = Stopwatch.StartNew();
        train(FewEpochs);
        double few = clock.Elapsed.TotalSeconds;
        clock.Restart();
        train(ManyEpochs);
        return (clock.Elapsed.TotalSeconds - few) / (ManyEpochs - FewEpochs);
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
