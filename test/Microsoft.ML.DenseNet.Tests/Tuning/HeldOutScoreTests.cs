namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Metrics of held-out predictions, compared with ML.NET's evaluators and sums by hand.</summary>
[TestClass]
public sealed class HeldOutScoreTests
{
    private static readonly MLContext Ml = TuningCase.Ml;

    [TestMethod]
    public void TwoClassesAsMLNetMeasuresThem()
    {
        var random = new Random(3);
        var rows = Enumerable.Range(0, 300).Select(i => new BinaryRow { Label = random.Next(3) == 0, Probability = random.Next(1, 100) / 100f, Weight = 1 + random.Next(3) }).ToList();
        foreach (var row in rows)
            (row.Score, row.PredictedLabel) = (row.Probability - 0.5f, row.Probability > 0.5f);
        var metrics = Ml.BinaryClassification.Evaluate(Ml.Data.LoadFromEnumerable(rows));
        var held = new TrialPredictions(1, [.. rows.Select(row => row.Probability)], [.. rows.Select(row => row.Label ? 1f : 0f)], [.. rows.Select(_ => 1f)], "");
        Assert.AreEqual(metrics.LogLoss * Math.Log(2), Of(TuningMetric.LogLoss, held), 1e-5); // ML.NET's is in bits
        Assert.AreEqual(metrics.Accuracy, Of(TuningMetric.Accuracy, held), 1e-9);
        Assert.AreEqual(metrics.AreaUnderRocCurve, Of(TuningMetric.AreaUnderRocCurve, held), 1e-9);

        // A row of weight 2 is two rows.
        var weighted = held with { Weights = [.. rows.Select(row => (float)row.Weight)] };
        var repeated = rows.SelectMany(row => Enumerable.Repeat(row, row.Weight)).ToList();
        var copies = new TrialPredictions(1, [.. repeated.Select(row => row.Probability)], [.. repeated.Select(row => row.Label ? 1f : 0f)], [.. repeated.Select(_ => 1f)], "");
        foreach (var metric in new[] { TuningMetric.LogLoss, TuningMetric.Accuracy, TuningMetric.AreaUnderRocCurve })
            Assert.AreEqual(Of(metric, copies), Of(metric, weighted), 1e-9);
        Assert.AreEqual(0.5, Of(TuningMetric.AreaUnderRocCurve, held with { Labels = new float[300] }));
    }

    [TestMethod]
    public void SeveralClassesAndNumbersByHand()
    {
        var classes = new TrialPredictions(3, [0.5f, 0.25f, 0.25f, 0.1f, 0.1f, 0.8f, 0f, 1f, 0f], [0, 1, 0], [1, 1, 2], "");
        Assert.AreEqual((Math.Log(2) + Math.Log(10) + (2 * Math.Log(1e15))) / 4, Of(TuningMetric.LogLoss, classes), 1e-6);
        Assert.AreEqual(0.25, Of(TuningMetric.Accuracy, classes), 1e-12);
        var numbers = new TrialPredictions(1, [1, 2, 5], [2, 2, 1], [1, 1, 2], "");
        Assert.AreEqual(Math.Sqrt((1 + 0 + 32) / 4.0), Of(TuningMetric.RootMeanSquaredError, numbers), 1e-12);
        Assert.AreEqual((1 + 0 + 8) / 4.0, Of(TuningMetric.MeanAbsoluteError, numbers), 1e-12);
    }

    [TestMethod]
    [DataRow(LearningTask.BinaryClassification)]
    [DataRow(LearningTask.MulticlassClassification)]
    [DataRow(LearningTask.Regression)]
    public void HeldOutPredictionsAreThoseOfEachNetworkForItsRows(LearningTask task)
    {
        // One network that validates on rows given to it: the model's own predictions of these rows are the held-out ones.
        var observer = new Keep();
        var data = task switch { LearningTask.BinaryClassification => TuningCase.Binary(), LearningTask.MulticlassClassification => TuningCase.Classes, _ => TuningCase.Numbers };
        var network = Fit(task, data, observer);
        var held = TrialPredictions.Of(observer.Last!, "rows");
        var validation = observer.Last!.Results[0].Validation!;
        Assert.AreEqual((int)validation.Count, held.Count);
        var prediction = new float[network.Layout.OutputWidth];
        int row = 0;
        foreach (var block in validation.Blocks)
        {
            for (int i = 0; i < block.Rows; i++, row++)
            {
                network.Predict(block.Features.Span.Slice(i * validation.Width, validation.Width), prediction);
                for (int k = 0; k < prediction.Length; k++)
                    Assert.AreEqual(prediction[k], held.Predictions[(row * prediction.Length) + k], 1e-4 * Math.Max(1, Math.Abs(prediction[k])));
            }
        }

        if (task == LearningTask.Regression)
        {
            // Labels are in their own unit again.
            var labels = Ml.Data.CreateEnumerable<NumberRow>(data, false).Select(item => item.Label).ToList();
            foreach (float label in held.Labels)
                Assert.IsTrue(labels.Any(known => Math.Abs(known - label) < 1e-3), $"{label}");
        }
    }

    [TestMethod]
    public void OfQuantilesTheMedianIsScored()
    {
        var observer = new Keep();
        var options = new DenseNetRegressionTrainer.Options { Defaults = TuningCase.Small(LearningTask.Regression) with { MaximumTrainedFolds = 1 }, Loss = Losses.Quantiles(0.1, 0.5, 0.9) };
        options.Observers.Add(observer);
        var network = Ml.Regression.Trainers.DenseNet(options).Fit(TuningCase.Numbers).Model.Network;
        var held = TrialPredictions.Of(observer.Last!, "rows");
        var validation = observer.Last!.Results[0].Validation!;
        Assert.AreEqual((1, (int)validation.Count), (held.Width, held.Predictions.Length));
        float[] features = validation.Blocks[0].Features[..validation.Width].ToArray(), prediction = new float[3];
        network.Predict(features, prediction);
        Assert.AreEqual(prediction[1], held.Predictions[0], 1e-4 * Math.Abs(prediction[1]));
    }

    [TestMethod]
    public void WithRepeatedFoldsEveryRowIsPredictedAgain()
    {
        var observer = new Keep();
        var options = new DenseNetBinaryTrainer.Options { Defaults = TuningCase.Small(LearningTask.BinaryClassification) with { MaximumTrainedFolds = 10 }, StoreStatistics = true };
        options.Observers.Add(observer);
        var network = Ml.BinaryClassification.Trainers.DenseNet(options).Fit(TuningCase.Binary()).Model.Network;
        var held = TrialPredictions.Of(observer.Last!, "rows");
        Assert.AreEqual((10, 480), (observer.Last!.Results.Count, held.Count));
        Assert.AreEqual(10, network.History.Networks);
        Assert.AreEqual(2.0 * held.Labels.Take(240).Sum(), held.Labels.Sum());
        CollectionAssert.AreNotEqual(held.Labels[..240], held.Labels[240..], "the second deal has other folds");
        Assert.AreEqual(240, network.Statistics!.Prediction!.EffectiveRows, 1e-6, "every row counts once");
    }

    [TestMethod]
    public void PredictionsAreSavedAndLoaded()
    {
        using var folder = new TemporaryFolder();
        var held = new TrialPredictions(2, [1, 2, 3, 4, 5, 6], [0, 1, 0], [1, 0.5f, 2], "240 rows of 6 features (äöü)");
        held.Save(folder["x"]);
        var loaded = TrialPredictions.Load(folder["x"]);
        Assert.AreEqual((2, held.Rows), (loaded.Width, loaded.Rows));
        CollectionAssert.AreEqual(held.Predictions, loaded.Predictions);
        CollectionAssert.AreEqual(held.Labels, loaded.Labels);
        CollectionAssert.AreEqual(held.Weights, loaded.Weights);
        byte[] bytes = File.ReadAllBytes(folder["x"]);
        foreach (int place in new[] { 0, 20, bytes.Length / 2, bytes.Length - 1 })
        {
            byte[] damaged = [.. bytes];
            damaged[place] ^= 1;
            File.WriteAllBytes(folder["x"], damaged);
            Assert.Contains("is damaged", Assert.ThrowsExactly<FormatException>(() => TrialPredictions.Load(folder["x"])).Message);
        }
    }

    private static TrainedNetwork Fit(LearningTask task, IDataView data, Keep observer)
    {
        var defaults = TuningCase.Small(task) with { MaximumTrainedFolds = 1 };
        switch (task)
        {
            case LearningTask.BinaryClassification:
                var binary = new DenseNetBinaryTrainer.Options { Defaults = defaults };
                binary.Observers.Add(observer);
                return Ml.BinaryClassification.Trainers.DenseNet(binary).Fit(data).Model.Network;
            case LearningTask.MulticlassClassification:
                var classes = new DenseNetMulticlassTrainer.Options { Defaults = defaults };
                classes.Observers.Add(observer);
                return Ml.MulticlassClassification.Trainers.DenseNet(classes).Fit(data).Model.Network;
            default:
                var numbers = new DenseNetRegressionTrainer.Options { Defaults = defaults };
                numbers.Observers.Add(observer);
                return Ml.Regression.Trainers.DenseNet(numbers).Fit(data).Model.Network;
        }
    }

    private static double Of(TuningMetric metric, TrialPredictions held) => HeldOutScore.Of(metric, held.Predictions, held);

    private sealed class Keep : TrainingObserver, IFoldObserver
    {
        public FoldsSoFar? Last { get; private set; }

        public void OnFoldEnded(FoldsSoFar folds) => Last = folds;
    }

    private sealed class BinaryRow
    {
        public bool Label { get; set; }

        public float Score { get; set; }

        public float Probability { get; set; }

        public bool PredictedLabel { get; set; }

        public int Weight { get; set; }
    }

    private sealed class NumberRow
    {
        public float Label { get; set; }
    }
}
