using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The score above which a binary model predicts the positive class: set, chosen, saved, loaded and exported.</summary>
[TestClass]
public sealed class ThresholdTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly ScoringRow[] _rows = ScoringRow.Create(200);

    public static IEnumerable<object[]> Goals() =>
    [
        [ThresholdGoal.F1, (Func<double, double, double, double, double>)((tp, fp, fn, tn) => tp == 0 ? 0 : 2 / ((1 / (tp / (tp + fp))) + (1 / (tp / (tp + fn)))))],
        [ThresholdGoal.Accuracy, (Func<double, double, double, double, double>)((tp, fp, fn, tn) => (tp + tn) / (tp + fp + fn + tn))],
        [ThresholdGoal.LowestCost(1, 7), (Func<double, double, double, double, double>)((tp, fp, fn, tn) => -fp - (7 * fn))],
        [ThresholdGoal.RecallAtPrecision(0.8), (Func<double, double, double, double, double>)((tp, fp, fn, tn) => tp / (tp + fp) >= 0.8 ? tp / (tp + fn) : double.NaN)],
        [ThresholdGoal.PrecisionAtRecall(0.6), (Func<double, double, double, double, double>)((tp, fp, fn, tn) => tp / (tp + fn) >= 0.6 ? tp / (tp + fp) : double.NaN)],
    ];

    [TestMethod]
    [DynamicData(nameof(Goals))]
    public void NoOtherThresholdIsBetter(ThresholdGoal goal, Func<double, double, double, double, double> value)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var rows = Enumerable.Range(0, 60).Select(_ =>
            {
                bool flag = random.Next(3) == 0;
                return new ScoredRow { Label = flag, Score = MathF.Round((float)(RandomNetworks.Normal(random) + (flag ? 1 : -0.5)), 1), Weight = random.Next(4) };
            }).ToArray();
            float threshold = _ml.BinaryClassification.ChooseThreshold(_ml.Data.LoadFromEnumerable(rows), goal, exampleWeightColumnName: "Weight");
            double At(float limit)
            {
                double Weight(bool label, bool predicted) => rows.Where(row => row.Label == label && row.Score > limit == predicted).Sum(row => (double)row.Weight);
                return value(Weight(true, true), Weight(false, true), Weight(true, false), Weight(false, false));
            }

            double best = rows.Select(row => At(row.Score)).Append(At(-100)).Where(double.IsFinite).Max();
            Assert.AreEqual(best, At(threshold), 1e-9, $"{goal}, seed {seed}, threshold {threshold}");
        }
    }

    [TestMethod]
    public void AThresholdThatCannotBeChosenIsRefused()
    {
        string Message(params (float Score, bool Label)[] rows) => Assert.ThrowsExactly<InvalidOperationException>(() =>
            _ml.BinaryClassification.ChooseThreshold(_ml.Data.LoadFromEnumerable(rows.Select(row => new ScoredRow { Score = row.Score, Label = row.Label })), ThresholdGoal.RecallAtPrecision(0.9))).Message;
        StringAssert.Contains(Message((1, true), (2, true)), "2 rows of which 2 are positive");
        StringAssert.Contains(Message((1, true), (2, false)), "No threshold attains RecallAtPrecision(0.9) on these 2 rows");
        StringAssert.Contains(Message((1, true), (float.NaN, false)), "in row 1: a threshold needs finite scores");
        var data = TestTransformers.Data(_ml, _rows);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.BinaryClassification.ChooseThreshold(data, ThresholdGoal.F1)).Message, "Column 'Label' not found. The data has 'Features'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.BinaryClassification.ChooseThreshold(data, ThresholdGoal.F1, "Value")).Message, "Column 'Value' is Single, but Boolean is needed");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ThresholdGoal.LowestCost(0, 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ThresholdGoal.RecallAtPrecision(1.1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ThresholdGoal.PrecisionAtRecall(double.NaN));
    }

    [TestMethod]
    [DataRow(0.2)]
    [DataRow(0.8)]
    [DataRow(1.0)]
    public void AThresholdHoldsWhereverTheModelGoes(double quantile)
    {
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = Trained(data);
        float[] sorted = [.. Predictions(transformer, data).Select(row => row.Score).Order(), float.MaxValue];
        float threshold = sorted[(int)(quantile * _rows.Length)];
        Assert.AreEqual(0, transformer.Threshold);
        Assert.AreSame(transformer, _ml.BinaryClassification.ChangeModelThreshold(transformer, 0));
        var changed = _ml.BinaryClassification.ChangeModelThreshold(transformer, threshold);
        Assert.AreEqual(threshold, changed.Threshold);
        var before = Predictions(transformer, data);
        bool[] expected = [.. before.Select(row => row.Score > threshold)];
        CollectionAssert.AreNotEqual(before.Select(row => row.PredictedLabel).ToArray(), expected);

        using var folder = new TemporaryFolder();
        _ml.Model.SaveModel(changed, data.Schema, folder["model.zip"]);
        var loaded = (DenseNetBinaryTransformer)new MLContext().Model.Load(folder["model.zip"], out _);
        Assert.AreEqual(threshold, loaded.Threshold);
        foreach (var each in new[] { changed, loaded })
        {
            var after = Predictions(each, data);
            CollectionAssert.AreEqual(expected, after.Select(row => row.PredictedLabel).ToArray());
            CollectionAssert.AreEqual(before.Select(row => (row.Score, row.Probability)).ToArray(), after.Select(row => (row.Score, row.Probability)).ToArray());
        }

        var network = TrainedNetwork.Load(folder["model.zip"]);
        Assert.AreEqual(threshold, network.Threshold);
        CollectionAssert.AreEqual(expected, _rows.Select(row => network.PredictClass(row.Features).Index == 1).ToArray());
        network.SaveSafetensors(folder["model.safetensors"]);
        Assert.AreEqual(threshold, TrainedNetwork.LoadSafetensors(folder["model.safetensors"]).Threshold);

        using var file = new MemoryStream();
        changed.SaveAsOnnx(file);
        using var run = new OnnxRun(file.ToArray());
        float[] features = [.. _rows.SelectMany(row => row.Features)];
        float[] scores = run.Run<float>("Score", features, _rows.Length);
        CollectionAssert.AreEqual(scores.Select(score => score > threshold).ToArray(), run.Run<bool>("PredictedLabel", features, _rows.Length));
        using var pipeline = new MemoryStream();
        _ml.Model.ConvertToOnnx(changed, _ml.Data.LoadFromEnumerable(_rows.Select(row => new FeaturesRow { Features = row.Features })), pipeline);
        using var whole = new OnnxRun(pipeline.ToArray());
        CollectionAssert.AreEqual(scores.Select(score => score > threshold).ToArray(), whole.Run<bool>("PredictedLabel.output", features, _rows.Length));
    }

    [TestMethod]
    public void ATrainerSetsTheThreshold()
    {
        var data = TestTransformers.Data(_ml, _rows);
        TrainedNetwork? snapshot = null;
        var trained = _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            LabelColumnName = "Flag", HiddenUnits = [6], NumberOfEpochs = 3, Seed = 1, Threshold = 0.4f, Progress = progress => snapshot = progress.TakeSnapshot(),
        }).Fit(data);
        Assert.AreEqual((0.4f, 0.4f), (trained.Threshold, snapshot!.Threshold));
        var rows = Predictions(trained, data);
        CollectionAssert.AreEqual(rows.Select(row => row.Score > 0.4f).ToArray(), rows.Select(row => row.PredictedLabel).ToArray());
        CollectionAssert.AreEqual(Predictions(Trained(data), data).Select(row => row.Score).ToArray(), rows.Select(row => row.Score).ToArray());
        foreach (float wrong in new[] { float.NaN, float.PositiveInfinity })
        {
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Threshold = wrong }));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.ChangeModelThreshold(trained, wrong));
        }

        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => TestNetworks.Create(3, 1).WithThreshold(1)).Message, "The network is for Regression");
    }

    [TestMethod]
    public void OnlyAFileWithAThresholdHasTheField()
    {
        // Earlier versions refuse fields that they do not know: a file without the field is one that they read right.
        var network = TestNetworks.Create(3, 1).With(new NetworkSignature(LearningTask.BinaryClassification));
        Assert.DoesNotContain("threshold", Text(network));
        string text = Text(network.WithThreshold(0.1f));
        Assert.Contains("\"threshold\":0.1", text);
        Assert.AreEqual(Text(network), Text(network.WithThreshold(0.1f).WithThreshold(0)));

        static string Text(TrainedNetwork network)
        {
            using var stream = new MemoryStream();
            network.Save(stream);
            return Encoding.Latin1.GetString(stream.ToArray());
        }
    }

    private DenseNetBinaryTransformer Trained(IDataView data) =>
        _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { LabelColumnName = "Flag", HiddenUnits = [6], NumberOfEpochs = 3, Seed = 1 }).Fit(data);

    private BinaryPrediction[] Predictions(ITransformer transformer, IDataView data) => [.. _ml.Data.CreateEnumerable<BinaryPrediction>(transformer.Transform(data), reuseRowObject: false)];

    private sealed class ScoredRow
    {
        public bool Label { get; set; }

        public float Score { get; set; }

        public float Weight { get; set; } = 1;
    }
}
