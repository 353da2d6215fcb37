namespace Microsoft.ML.DenseNet.Reporting.Tests;

[TestClass]
public sealed class MetricTests
{
    /// <summary>Four rows: three right, one wrong, whose measures can be worked out by hand.</summary>
    private static readonly ClassificationResults Binary = new(["no", "yes"], [0, 0, 1, 1], [[0.9f, 0.1f], [0.4f, 0.6f], [0.3f, 0.7f], [0.2f, 0.8f]]);

    [TestMethod]
    public void Binary_measures_are_the_textbooks()
    {
        var metrics = Binary.Evaluate().ToDictionary(metric => metric.Name, metric => metric);
        Assert.AreEqual(0.75, metrics["Accuracy"].Value, 1e-12);
        Assert.AreEqual(0.5, metrics["Accuracy"].Baseline!.Value, 1e-12);
        Assert.AreEqual(0.75, metrics["Balanced accuracy"].Value, 1e-12);
        Assert.AreEqual(1, metrics["Area under the ROC curve"].Value, 1e-12);
        Assert.AreEqual(1, metrics["Average precision"].Value, 1e-12);
        Assert.AreEqual(2.0 / 3, metrics["Precision"].Value, 1e-12);
        Assert.AreEqual(1, metrics["Recall"].Value, 1e-12);
        Assert.AreEqual(0.8, metrics["F1 score"].Value, 1e-12);
        Assert.AreEqual(-(Math.Log(0.9) + Math.Log(0.4) + Math.Log(0.7) + Math.Log(0.8)) / 4, metrics["Log loss (nats)"].Value, 1e-6);
        Assert.AreEqual(Math.Log(2), metrics["Log loss (nats)"].Baseline!.Value, 1e-12);
        Assert.AreEqual((0.01 + 0.36 + 0.09 + 0.04) / 4, metrics["Brier score"].Value, 1e-6);
        Assert.AreEqual(0.25, metrics["Brier score"].Baseline!.Value, 1e-12);
    }

    [TestMethod]
    public void The_area_under_the_curve_counts_pairs()
    {
        var random = new Random(2);
        double[] scores = [.. Enumerable.Range(0, 200).Select(_ => Math.Round(random.NextDouble(), 1))];
        bool[] isPositive = [.. scores.Select(score => random.NextDouble() < score)];
        double pairs = 0, won = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            for (int j = 0; j < scores.Length; j++)
            {
                if (!isPositive[i] || isPositive[j])
                    continue;
                pairs++;
                won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
            }
        }

        Assert.AreEqual(won / pairs, new RankedScores(scores, isPositive).AreaUnderRoc(), 1e-12);
    }

    [TestMethod]
    public void Weights_of_measures_count_rows()
    {
        // A weight of 2 is a row that is there twice.
        var random = new Random(3);
        double[] scores = [.. Enumerable.Range(0, 50).Select(_ => Math.Round(random.NextDouble(), 1))];
        bool[] isPositive = [.. scores.Select(score => random.NextDouble() < score)];
        int[] weights = [.. scores.Select(_ => random.Next(4))];
        double[] repeatedScores = [.. scores.SelectMany((score, i) => Enumerable.Repeat(score, weights[i]))];
        bool[] repeatedLabels = [.. isPositive.SelectMany((label, i) => Enumerable.Repeat(label, weights[i]))];
        var weighted = new RankedScores(scores, isPositive);
        var repeated = new RankedScores(repeatedScores, repeatedLabels);
        Assert.AreEqual(repeated.AreaUnderRoc(), weighted.AreaUnderRoc(weights), 1e-12);
        Assert.AreEqual(repeated.AveragePrecision(), weighted.AveragePrecision(weights), 1e-12);
    }

    [TestMethod]
    public void Average_precision_is_the_mean_precision_at_hits()
    {
        var ranked = new RankedScores([0.9, 0.8, 0.7, 0.6], [true, false, true, false]);
        Assert.AreEqual((1.0 + 2.0 / 3) / 2, ranked.AveragePrecision(), 1e-12);
    }

    [TestMethod]
    public void Equal_predictions_are_chance()
    {
        var metrics = Samples.Classification(2, equal: true).Evaluate().ToDictionary(metric => metric.Name, metric => metric);
        Assert.AreEqual(0.5, metrics["Area under the ROC curve"].Value, 1e-12);
        Assert.AreEqual(Math.Log(2), metrics["Log loss (nats)"].Value, 1e-6);
    }

    [TestMethod]
    public void One_class_alone_has_no_curve()
    {
        var metrics = Samples.Classification(2, empty: 1).Evaluate().ToDictionary(metric => metric.Name, metric => metric);
        Assert.IsTrue(double.IsNaN(metrics["Area under the ROC curve"].Value));
        Assert.IsTrue(double.IsFinite(metrics["Accuracy"].Value));
    }

    [TestMethod]
    public void Multiclass_measures_leave_an_empty_class_out()
    {
        // Two of class 0 right; of class 1 one right, one taken for class 0; class 2 is empty.
        var results = new ClassificationResults(["a", "b", "c"], [0, 0, 1, 1], [[0.8f, 0.1f, 0.1f], [0.7f, 0.2f, 0.1f], [0.1f, 0.9f, 0], [0.6f, 0.3f, 0.1f]]);
        var metrics = results.Evaluate().ToDictionary(metric => metric.Name, metric => metric);
        Assert.AreEqual(0.75, metrics["Accuracy"].Value, 1e-12);
        Assert.AreEqual(0.75, metrics["Balanced accuracy"].Value, 1e-12);
        Assert.AreEqual((0.8 + 2.0 / 3) / 2, metrics["Macro F1 score"].Value, 1e-12);
        Assert.AreEqual(-(Math.Log(0.8) + Math.Log(0.7) + Math.Log(0.9) + Math.Log(0.3)) / 4, metrics["Log loss (nats)"].Value, 1e-6);
    }

    [TestMethod]
    public void Regression_measures_are_the_textbooks()
    {
        var metrics = new RegressionResults([1, 2, 3, 6], [1, 3, 3, 4]).Evaluate().ToDictionary(metric => metric.Name, metric => metric);
        Assert.AreEqual(1 - 5.0 / 14, metrics["R²"].Value, 1e-12);
        Assert.AreEqual(Math.Sqrt(5.0 / 4), metrics["Root mean squared error"].Value, 1e-12);
        Assert.AreEqual(Math.Sqrt(14.0 / 4), metrics["Root mean squared error"].Baseline!.Value, 1e-12);
        Assert.AreEqual(0.75, metrics["Mean absolute error"].Value, 1e-12);
        Assert.AreEqual(0.5, metrics["Median absolute error"].Value, 1e-12);
        Assert.AreEqual(0.25, metrics["Mean residual (true - predicted)"].Value, 1e-12);
    }

    [TestMethod]
    public void Intervals_of_a_share_are_the_binomials()
    {
        // 400 rows, 80 % right: the normal interval is 0.8 ± 1.96 · 0.02.
        int[] labels = [.. Enumerable.Repeat(0, 400)];
        float[][] probabilities = [.. Enumerable.Range(0, 400).Select(i => i % 5 == 0 ? new[] { 0.2f, 0.8f } : [0.8f, 0.2f])];
        var accuracy = new ClassificationResults(["a", "b"], labels, probabilities).Evaluate().Single(metric => metric.Name == "Accuracy");
        Assert.AreEqual(0.8 - 1.96 * 0.02, accuracy.Low, 0.006);
        Assert.AreEqual(0.8 + 1.96 * 0.02, accuracy.High, 0.006);
    }

    [TestMethod]
    public void Intervals_follow_the_seed_and_the_level()
    {
        var results = Samples.Regression();
        Assert.AreEqual(results.Evaluate(seed: 5)[0], results.Evaluate(seed: 5)[0]);
        var narrow = results.Evaluate(confidence: 0.5)[1];
        var wide = results.Evaluate(confidence: 0.99)[1];
        Assert.IsTrue(wide.Low < narrow.Low && narrow.Low < narrow.Value && narrow.Value < narrow.High && narrow.High < wide.High);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => results.Evaluate(confidence: 1));
    }

    [TestMethod]
    public void Bins_hold_their_shares_and_wilsons_interval()
    {
        var bins = CalibrationBin.Of(Binary, 10);
        Assert.AreEqual(4, bins.Sum(bin => bin.Count));
        var bin = bins[8];
        Assert.AreEqual(1, bin.Count);
        Assert.AreEqual(1, bin.Share);
        Assert.AreEqual(1, bin.High, 1e-6);
        Assert.AreEqual(0.2065, bin.Low, 1e-4);
    }

    [TestMethod]
    public void Where_all_draws_agree_shares_have_wilsons_interval()
    {
        int[] labels = [.. Enumerable.Range(0, 20).Select(i => i % 2)];
        var metrics = new ClassificationResults(["a", "b"], labels, [.. labels.Select(label => label == 0 ? new[] { 0.9f, 0.1f } : [0.1f, 0.9f])]).Evaluate().ToDictionary(metric => metric.Name);
        var accuracy = metrics["Accuracy"];
        Assert.AreEqual(1, accuracy.High);
        Assert.AreEqual(20 / (20 + 1.959964 * 1.959964), accuracy.Low, 1e-6);
        Assert.AreEqual(10 / (10 + 1.959964 * 1.959964), metrics["Recall"].Low, 1e-6);
        Assert.IsTrue(double.IsNaN(metrics["Area under the ROC curve"].Low));
    }

    [TestMethod]
    public void Large_test_data_is_judged_with_fewer_draws()
    {
        const int Rows = 300_000;
        var random = new Random(1);
        int[] labels = [.. Enumerable.Range(0, Rows).Select(i => i % 2)];
        float[][] probabilities = [.. labels.Select(label => (float)Math.Clamp(0.35 + 0.3 * label + 0.6 * (random.NextDouble() - 0.5), 0, 1)).Select(p => new[] { 1 - p, p })];
        Assert.AreEqual(200, Bootstrap.Resamples(Rows, 2));
        foreach (var metric in new ClassificationResults(["a", "b"], labels, probabilities).Evaluate())
        {
            Assert.IsTrue(metric.Low < metric.Value && metric.Value < metric.High, metric.ToString());
            Assert.IsLessThan(0.01, metric.High - metric.Low);
        }
    }

    [TestMethod]
    [DataRow(0.5, 0.6744897501960817)]
    [DataRow(0.95, 1.959963984540054)]
    [DataRow(0.9999, 3.8905918864131213)]
    public void Levels_of_confidence_are_the_normal_distributions(double confidence, double expected) =>
        Assert.AreEqual(expected, WilsonInterval.NormalQuantile((1 + confidence) / 2), 1e-8);

    [TestMethod]
    public void Measures_agree_with_ML_NET()
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        var rows = Enumerable.Range(0, 300).Select(_ => (float)random.NextDouble()).Select(p => new { Label = random.NextDouble() < p, Probability = p, Score = MathF.Log(p / (1 - p)), PredictedLabel = p > 0.5f }).ToArray();
        var scored = ml.Data.LoadFromEnumerable(rows);
        var theirs = ml.BinaryClassification.Evaluate(scored);
        var ours = ClassificationResults.Read(scored).Evaluate().ToDictionary(metric => metric.Name, metric => metric.Value);
        Assert.AreEqual(theirs.Accuracy, ours["Accuracy"], 1e-9);
        Assert.AreEqual(theirs.AreaUnderRocCurve, ours["Area under the ROC curve"], 1e-9);
        Assert.AreEqual(theirs.F1Score, ours["F1 score"], 1e-9);
        Assert.AreEqual(theirs.LogLoss * Math.Log(2), ours["Log loss (nats)"], 1e-6); // theirs counts in bits
    }
}
