using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class QualityMetricsTests
{
    private static readonly string[] Classes = ["sand", "rock", "clay"];

    private readonly MLContext _ml = new(seed: 1);
    private readonly Random _random = new(3);

    [TestMethod]
    public void Auc_counts_pairs_and_ties_as_half()
    {
        // Of the 2 x 3 pairs, 0.8 wins three and 0.4 wins one, ties one, loses one.
        double auc = QualityMetrics.AreaUnderRocCurve([true, false, true, false, false], [0.8, 0.4, 0.4, 0.6, 0.1]);

        Assert.AreEqual((3 + 1.5) / 6, auc, 1e-15);
    }

    [TestMethod]
    public void Auc_of_one_class_alone_is_not_a_number() =>
        Assert.IsTrue(double.IsNaN(QualityMetrics.AreaUnderRocCurve([true, true], [0.8, 0.4])));

    [TestMethod]
    public void Binary_metrics_by_hand()
    {
        var metrics = Measure(new Predictions(TabularTask.Binary, ["yes", "no", "yes"], ["yes"], [[0.75], [0.5], [0.25]]));

        Assert.AreEqual(0.5, metrics[MetricNames.Auc], 1e-15);
        Assert.AreEqual(2.0 / 3, metrics[MetricNames.Accuracy], 1e-15);
        Assert.AreEqual(-(Math.Log(0.75) + Math.Log(0.5) + Math.Log(0.25)) / 3, metrics[MetricNames.LogLoss], 1e-15);
    }

    [TestMethod]
    public void Certain_and_wrong_costs_what_the_margin_says()
    {
        var binary = Measure(new Predictions(TabularTask.Binary, ["yes", "no"], ["yes"], [[0], [1]]));
        var multiclass = Measure(new Predictions(TabularTask.Multiclass, ["rock", "sand", "clay"], Classes, [[1, 0, 0], [0, 1, 0], [1, 0, 0]]));

        Assert.AreEqual(-Math.Log(1e-7), binary[MetricNames.LogLoss], 1e-12);
        Assert.AreEqual(-Math.Log(1e-7), multiclass[MetricNames.LogLoss], 1e-12);
    }

    [TestMethod]
    public void Binary_metrics_are_those_of_the_evaluator()
    {
        var rows = Enumerable.Range(0, 500).Select(_ =>
        {
            bool label = _random.NextSingle() < 0.3f;
            // In steps, so that there are ties.
            float probability = MathF.Round((label ? 0.3f : 0.1f) + 0.6f * _random.NextSingle(), 2);
            return new BinaryRow { Label = label, Score = MathF.Log(probability / (1 - probability)), Probability = probability, PredictedLabel = probability > 0.5f };
        }).ToArray();

        var expected = _ml.BinaryClassification.Evaluate(_ml.Data.LoadFromEnumerable(rows));
        var actual = Measure(new Predictions(TabularTask.Binary, [.. rows.Select(row => row.Label ? "1" : "0")], ["1"], [.. rows.Select(row => new double[] { row.Probability })]));

        Assert.AreEqual(expected.AreaUnderRocCurve, actual[MetricNames.Auc], 1e-12);
        Assert.AreEqual(expected.Accuracy, actual[MetricNames.Accuracy], 1e-12);
        Assert.AreEqual(expected.LogLoss * Math.Log(2), actual[MetricNames.LogLoss], 1e-6, "ML.NET's binary log-loss is in bits");
    }

    [TestMethod]
    public void Multiclass_metrics_are_those_of_the_evaluator()
    {
        var rows = Enumerable.Range(0, 300).Select(_ =>
        {
            float[] score = [_random.NextSingle(), _random.NextSingle(), _random.NextSingle()];
            return new MulticlassRow { Class = Classes[_random.Next(3)], Score = [.. score.Select(value => value / score.Sum())] };
        }).ToArray();
        // Every class first, so that the keys are in the order of Classes.
        for (int i = 0; i < 3; i++)
            rows[i].Class = Classes[i];
        foreach (var row in rows)
            row.PredictedClass = Classes[Array.IndexOf(row.Score, row.Score.Max())];

        var keys = _ml.Transforms.Conversion.MapValueToKey("Label", "Class").Append(_ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "PredictedClass", keyData: KeyData()));
        var data = _ml.Data.LoadFromEnumerable(rows);
        var expected = _ml.MulticlassClassification.Evaluate(keys.Fit(data).Transform(data));
        var actual = Measure(new Predictions(TabularTask.Multiclass, [.. rows.Select(row => row.Class)], Classes, [.. rows.Select(row => Array.ConvertAll(row.Score, value => (double)value))]));

        Assert.AreEqual(expected.MicroAccuracy, actual[MetricNames.Accuracy], 1e-12);
        Assert.AreEqual(expected.LogLoss, actual[MetricNames.LogLoss], 1e-6);
        double auc = Classes.Select((name, index) => QualityMetrics.AreaUnderRocCurve([.. rows.Select(row => row.Class == name)], [.. rows.Select(row => (double)row.Score[index])])).Average();
        Assert.AreEqual(auc, actual[MetricNames.Auc], 1e-12);
    }

    [TestMethod]
    public void Regression_metrics_are_those_of_the_evaluator()
    {
        var rows = Enumerable.Range(0, 200).Select(_ =>
        {
            float label = MathF.Round(100 * _random.NextSingle(), 2);
            return new RegressionRow { Label = label, Score = label + 20 * _random.NextSingle() - 8 };
        }).ToArray();

        var expected = _ml.Regression.Evaluate(_ml.Data.LoadFromEnumerable(rows));
        var actual = Measure(new Predictions(TabularTask.Regression, [.. rows.Select(row => row.Label.ToString("R", CultureInfo.InvariantCulture))], [], [.. rows.Select(row => new double[] { row.Score })]));

        Assert.AreEqual(expected.RootMeanSquaredError, actual[MetricNames.RootMeanSquaredError], 1e-5);
        Assert.AreEqual(expected.MeanAbsoluteError, actual[MetricNames.MeanAbsoluteError], 1e-5);
        Assert.AreEqual(expected.RSquared, actual[MetricNames.RSquared], 1e-6);
    }

    private static Dictionary<string, double> Measure(Predictions predictions) =>
        QualityMetrics.Measure(predictions).ToDictionary(metric => metric.Metric, metric => metric.Value);

    private IDataView KeyData() => _ml.Data.LoadFromEnumerable(Classes.Select(name => new KeyRow { Key = name }));

    private sealed class KeyRow
    {
        public string Key { get; set; } = "";
    }

    private sealed class BinaryRow
    {
        public bool Label { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }
    }

    private sealed class MulticlassRow
    {
        public string Class { get; set; } = "";

        public string PredictedClass { get; set; } = "";

        [VectorType(3)]
        public float[] Score { get; set; } = [];
    }

    private sealed class RegressionRow
    {
        public float Label { get; set; }

        public float Score { get; set; }
    }
}
