using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What trainers learn from target-encoded rows, measured on rows that they did not see.</summary>
[TestClass]
public sealed class TargetLeakTests
{
    private static readonly string[] Features = ["Mean", "Number"];

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Random_labels_and_unique_categories_teach_nothing()
    {
        Row[] rows = Rows(3000, seed: 1, row => row.City = Unique(row), _ => 0.5);
        var (train, test) = (Load(rows[..2000]), Load(rows[2000..]));
        foreach (var trainer in Trainers())
        {
            var encoding = _ml.Transforms.Categorical.TargetEncoding("Mean", "City");
            var model = encoding.Then(_ml.Transforms.Concatenate("Features", Features).Append(trainer)).Fit(train);
            Assert.AreEqual(0.5, Auc(model.Transform(test)), 0.05, $"{trainer.GetType().Name}, new rows");
        }
    }

    [TestMethod]
    public void A_signal_beside_unique_categories_is_learned_as_without_them_where_a_plain_pipeline_loses_it()
    {
        Row[] rows = Rows(3000, seed: 2, row => row.City = Unique(row), row => Sigmoid(2 * row.Number));
        var (train, test) = (Load(rows[..2000]), Load(rows[2000..]));
        var trainer = LightGbm();
        double without = Auc(_ml.Transforms.Concatenate("Features", "Number").Append(trainer).Fit(train).Transform(test));

        var model = _ml.Transforms.Categorical.TargetEncoding("Mean", "City").Then(_ml.Transforms.Concatenate("Features", Features).Append(trainer)).Fit(train);
        Assert.AreEqual(without, Auc(model.Transform(test)), 0.01);

        // What a pipeline of a plain estimator and a trainer would do: train on rows encoded by the table that holds their own labels.
        var encoder = model.First();
        var leaking = _ml.Transforms.Concatenate("Features", Features).Append(trainer).Fit(encoder.Transform(train));
        Assert.IsLessThan(without - 0.15, Auc(leaking.Transform(encoder.Transform(test))));
    }

    [TestMethod]
    public void Informative_categories_are_learned_nearly_as_well_as_their_true_probabilities_allow()
    {
        double[] logits = [.. Enumerable.Range(0, 50).Select(i => new Random(i).NextDouble() * 6 - 3)];
        Row[] rows = Rows(6000, seed: 3, row => row.City = $"{(int)(row.Draw * 50)}", row => Sigmoid(logits[int.Parse(row.City, CultureInfo.InvariantCulture)]));
        var (train, test) = (Load(rows[..4000]), Load(rows[4000..]));
        double best = Auc(rows[4000..].Select(row => (row.Label, (float)logits[int.Parse(row.City, CultureInfo.InvariantCulture)])));
        foreach (var trainer in Trainers())
        {
            foreach (var kind in Enum.GetValues<TargetEncodingKind>())
            {
                var encoding = _ml.Transforms.Categorical.TargetEncoding("Mean", "City", outputKind: kind);
                var model = encoding.Then(_ml.Transforms.Concatenate("Features", Features).Append(trainer)).Fit(train);
                Assert.IsGreaterThan(best - 0.02, Auc(model.Transform(test)), $"{trainer.GetType().Name}, {kind}");
            }
        }
    }

    private IEstimator<ITransformer>[] Trainers() =>
    [
        LightGbm(),
        _ml.BinaryClassification.Trainers.LbfgsLogisticRegression(new() { NumberOfThreads = 1 }),
        _ml.BinaryClassification.Trainers.SdcaLogisticRegression(new() { NumberOfThreads = 1, MaximumNumberOfIterations = 10 }), // caches and shuffles its rows
    ];

    private LightGbmBinaryTrainer LightGbm() => _ml.BinaryClassification.Trainers.LightGbm(new LightGbmBinaryTrainer.Options { NumberOfIterations = 30, NumberOfThreads = 1 });

    private static Row[] Rows(int count, int seed, Action<Row> name, Func<Row, double> probability)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var row = new Row { Number = (float)(random.NextDouble() * 2 - 1), Draw = random.NextDouble() };
            name(row);
            row.Label = random.NextDouble() < probability(row);
            return row;
        })];
    }

    private static string Unique(Row row) => $"{row.Draw:R}";

    private static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    private static double Auc(IDataView scored) => Auc(scored.GetColumn<bool>("Label").Zip(scored.GetColumn<float>("Score")));

    /// <summary>The share of pairs of a positive and a negative row that are in order; ties count half.</summary>
    private static double Auc(IEnumerable<(bool Label, float Score)> rows)
    {
        var all = rows.ToArray();
        float[] negatives = [.. all.Where(row => !row.Label).Select(row => row.Score)];
        float[] positives = [.. all.Where(row => row.Label).Select(row => row.Score)];
        double ordered = positives.Sum(positive => negatives.Sum(negative => positive > negative ? 1.0 : positive == negative ? 0.5 : 0));
        return ordered / ((double)positives.Length * negatives.Length);
    }

    private IDataView Load(Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private sealed class Row
    {
        public string City { get; set; } = "";

        public float Number { get; set; }

        public bool Label { get; set; }

        [NoColumn]
        public double Draw { get; set; }
    }
}
