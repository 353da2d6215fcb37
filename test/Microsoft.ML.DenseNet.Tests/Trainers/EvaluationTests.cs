using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>ML.NET's evaluators, cross-validation, feature importance and prediction engine work on what the trainers make, and it learns.</summary>
[TestClass]
public sealed class EvaluationTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Data => TestTransformers.Data(_ml, ScoringRow.Create(300));

    [TestMethod]
    public void BinaryLearnsAndIsEvaluated()
    {
        var trainer = _ml.BinaryClassification.Trainers.DenseNet("Flag", hiddenUnits: [16], learningRate: 0.01, numberOfEpochs: 40);
        var model = trainer.Fit(Data);
        var scored = model.Transform(TestTransformers.Data(_ml, ScoringRow.Create(300, seed: 8)));
        var metrics = _ml.BinaryClassification.Evaluate(scored, "Flag");
        Assert.IsGreaterThan(0.99, metrics.AreaUnderRocCurve);
        Assert.IsLessThan(0.2, metrics.LogLoss);

        var folds = _ml.BinaryClassification.CrossValidate(Data, trainer, numberOfFolds: 3, labelColumnName: "Flag");
        Assert.IsTrue(folds.All(fold => fold.Metrics.AreaUnderRocCurve > 0.97));

        // The label is the sign of the first two features' sum: those matter, the others do not.
        var importance = _ml.BinaryClassification.PermutationFeatureImportance(model, model.Transform(Named(Data)), "Flag", permutationCount: 2);
        double[] drops = [.. importance.Select(item => -item.AreaUnderRocCurve.Mean)];
        Assert.IsGreaterThan(5 * Math.Max(drops[2], Math.Max(drops[3], drops[4])), Math.Min(drops[0], drops[1]));

        // The overload that Model Builder's generated code calls, on a chain.
        var chain = _ml.Transforms.CopyColumns("Copy", "Features").Append(trainer).Fit(Named(Data));
        Assert.HasCount(5, _ml.BinaryClassification.PermutationFeatureImportanceNonCalibrated(chain, chain.Transform(Named(Data)), "Flag"));
    }

    [TestMethod]
    public void MulticlassLearnsAndIsEvaluated()
    {
        var rows = ScoringRow.Create(300);
        foreach (var row in rows)
            row.Class = ScoringRow.ClassNames[row.Features[0] > 0.7 ? 0 : row.Features[0] < -0.7 ? 1 : 2];
        var data = TestTransformers.Data(_ml, rows);
        var trainer = _ml.MulticlassClassification.Trainers.DenseNet("Key", hiddenUnits: [16], learningRate: 0.01, numberOfEpochs: 60);
        var model = trainer.Fit(data);
        var metrics = _ml.MulticlassClassification.Evaluate(model.Transform(data), "Key");
        Assert.IsGreaterThan(0.97, metrics.MicroAccuracy);
        Assert.IsLessThan(0.2, metrics.LogLoss);
        Assert.IsTrue(_ml.MulticlassClassification.CrossValidate(data, trainer, numberOfFolds: 3, labelColumnName: "Key").All(fold => fold.Metrics.MicroAccuracy > 0.9));

        var importance = _ml.MulticlassClassification.PermutationFeatureImportance(model, model.Transform(Named(data)), "Key");
        Assert.AreEqual(0, Enumerable.Range(0, 5).MinBy(i => importance[i].MicroAccuracy.Mean));
        var chain = _ml.Transforms.CopyColumns("Copy", "Features").Append(trainer).Fit(Named(data));
        Assert.HasCount(5, _ml.MulticlassClassification.PermutationFeatureImportance(chain, chain.Transform(Named(data)), "Key"));
    }

    [TestMethod]
    public void RegressionLearnsAndIsEvaluated()
    {
        var rows = ScoringRow.Create(300);
        foreach (var row in rows)
            row.Value = 1000 + 50 * row.Features[0]; // far from 0, and wide: only a standardized target learns it at this rate
        var data = TestTransformers.Data(_ml, rows);
        var trainer = _ml.Regression.Trainers.DenseNet("Value", hiddenUnits: [16], learningRate: 0.01, numberOfEpochs: 60);
        var model = trainer.Fit(data);
        Assert.IsGreaterThan(0.99, _ml.Regression.Evaluate(model.Transform(data), "Value").RSquared);
        Assert.IsTrue(_ml.Regression.CrossValidate(data, trainer, numberOfFolds: 3, labelColumnName: "Value").All(fold => fold.Metrics.RSquared > 0.95));

        var importance = _ml.Regression.PermutationFeatureImportance(model, model.Transform(Named(data)), "Value");
        Assert.AreEqual(0, Enumerable.Range(0, 5).MinBy(i => importance[i].RSquared.Mean));
        var chain = _ml.Transforms.CopyColumns("Copy", "Features").Append(trainer).Fit(Named(data));
        Assert.HasCount(5, _ml.Regression.PermutationFeatureImportance(chain, chain.Transform(Named(data)), "Value"));
    }

    /// <summary>The same data with its features named, which permutation importance asks for: it reports them by name.</summary>
    private IDataView Named(IDataView data)
    {
        string[] names = ["A", "B", "C", "D", "E"];
        var split = names.Select((name, slot) => _ml.Transforms.CustomMapping<VectorRow, ScalarRow>((input, output) => output.Slot = input.Features[slot], contractName: null)
            .Append(_ml.Transforms.CopyColumns(name, nameof(ScalarRow.Slot))));
        var columns = split.Aggregate(data, (view, step) => step.Fit(view).Transform(view));
        return _ml.Transforms.Concatenate("Features", names).Fit(columns).Transform(columns);
    }

    [TestMethod]
    public void PredictionEngineAgreesWithTransform()
    {
        var rows = ScoringRow.Create(50);
        var data = TestTransformers.Data(_ml, rows);
        var model = _ml.BinaryClassification.Trainers.DenseNet("Flag", hiddenUnits: [6], numberOfEpochs: 2).Fit(data);
        var batch = _ml.Data.CreateEnumerable<BinaryPrediction>(model.Transform(data), reuseRowObject: false).ToArray();
        using var engine = _ml.Model.CreatePredictionEngine<ScoringRow, BinaryPrediction>(model);
        for (int i = 0; i < rows.Length; i++)
        {
            var single = engine.Predict(rows[i]);
            Assert.AreEqual(batch[i].Score, single.Score);
            Assert.AreEqual(batch[i].Probability, single.Probability);
            Assert.AreEqual(batch[i].PredictedLabel, single.PredictedLabel);
        }
    }

    [TestMethod]
    public void PoissonPredictsCounts()
    {
        // Counts whose mean is e^(1 + x): the Poisson network must find that, and Score is the mean itself.
        var random = new Random(3);
        var rows = ScoringRow.Create(2000);
        foreach (var row in rows)
        {
            double limit = Math.Exp(-Math.Exp(1 + row.Features[0])), product = random.NextDouble();
            while (product > limit)
            {
                row.Value = row.Value < 0 || row.Value % 1 != 0 ? 1 : row.Value + 1;
                product *= random.NextDouble();
            }

            row.Value = row.Value % 1 != 0 ? 0 : row.Value;
        }

        var data = TestTransformers.Data(_ml, rows);
        var model = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            LabelColumnName = "Value",
            HiddenUnits = [],
            Loss = Losses.Poisson(),
            LearningRate = 0.02,
            NumberOfEpochs = 60,
        }).Fit(data);
        double[] expected = [.. rows.Select(row => Math.Exp(1 + row.Features[0]))];
        float[] scores = [.. model.Transform(data).GetColumn<float>("Score")];
        Assert.IsTrue(scores.All(score => score > 0));
        Assert.IsLessThan(0.1, expected.Zip(scores).Average(pair => Math.Abs(pair.First - pair.Second) / pair.First));

        rows[3].Value = -1;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", Loss = Losses.Poisson() }).Fit(TestTransformers.Data(_ml, rows)));
        StringAssert.Contains(error.Message, "below 0");
    }

    [TestMethod]
    public void QuantileLossFindsTheQuantile()
    {
        var random = new Random(4);
        var rows = ScoringRow.Create(4000);
        foreach (var row in rows)
            row.Value = (float)random.NextDouble() * 10;
        var data = TestTransformers.Data(_ml, rows);
        var model = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            LabelColumnName = "Value",
            HiddenUnits = [],
            Loss = Losses.Quantile(0.8),
            LearningRate = 0.02,
            NumberOfEpochs = 30,
        }).Fit(data);
        Assert.AreEqual(8, model.Transform(data).GetColumn<float>("Score").Average(), 0.2);
    }

    [TestMethod]
    public void ClassWeightsAreExampleWeights()
    {
        var rows = ScoringRow.Create(200);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i].Flag = i % 10 == 0; // 20 of 200
            rows[i].Weight = rows[i].Flag ? 200f / (2 * 20) : 200f / (2 * 180);
        }

        var data = TestTransformers.Data(_ml, rows);
        DenseNetBinaryTrainer.Options Options() => new() { LabelColumnName = "Flag", HiddenUnits = [4], NumberOfEpochs = 10, BatchSize = DenseNetOptions.FullBatch, Seed = 1, ScaleFeatures = false };
        float[] Train(Action<DenseNetBinaryTrainer.Options> set)
        {
            var options = Options();
            set(options);
            return _ml.BinaryClassification.Trainers.DenseNet(options).Fit(data).Model.Network.Parameters.ToArray();
        }

        float[] balanced = Train(options => options.ClassWeights = ClassWeights.Balanced);
        float[] explicitly = Train(options => options.ClassWeights = ClassWeights.Of(200.0 / 360, 200.0 / 40));
        float[] byColumn = Train(options => options.ExampleWeightColumnName = "Weight");
        for (int i = 0; i < balanced.Length; i++)
        {
            Assert.AreEqual(byColumn[i], balanced[i], 1e-5f);
            Assert.AreEqual(byColumn[i], explicitly[i], 1e-5f);
        }

        Assert.IsTrue(Train(_ => { }).Zip(balanced).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-3));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Train(options => options.ClassWeights = ClassWeights.Of(1, 2, 3)));
        StringAssert.Contains(error.Message, "3 weights");
    }

    [TestMethod]
    public void BalancedClassesCountRowsByTheirWeights()
    {
        var rows = ScoringRow.Create(60);
        foreach (var row in rows)
            row.Weight = row.Flag ? 3 : 1;
        float[] weighted = Train(rows, "Weight");
        float[] repeated = Train([.. rows.SelectMany(row => Enumerable.Repeat(row, (int)row.Weight))], null);
        for (int i = 0; i < weighted.Length; i++)
            Assert.AreEqual(repeated[i], weighted[i], 1e-4f);

        float[] Train(ScoringRow[] data, string? weight) => _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            LabelColumnName = "Flag",
            ExampleWeightColumnName = weight,
            ClassWeights = ClassWeights.Balanced,
            HiddenUnits = [4],
            NumberOfEpochs = 10,
            BatchSize = DenseNetOptions.FullBatch,
            LearningRate = 0.01,
            Seed = 1,
        }).Fit(TestTransformers.Data(_ml, data)).Model.Network.Parameters.ToArray();
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void AConstantNumberIsPredictedExactly(bool isDefault)
    {
        var trainer = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", HiddenUnits = isDefault ? null : [4], NumberOfEpochs = 3, Seed = 1 });
        var rows = ScoringRow.Create(50);
        foreach (float constant in new[] { 0, 1e-6f, 7.25f, -3e30f })
        {
            foreach (var row in rows)
                row.Value = constant;
            var model = trainer.Fit(TestTransformers.Data(_ml, rows));
            foreach (float score in model.Transform(TestTransformers.Data(_ml, ScoringRow.Create(20, seed: 9))).GetColumn<float>("Score"))
                Assert.AreEqual(constant, score);

            if (Math.Abs(constant) > 100)
                continue;

            // It can still learn that there are others.
            var on = trainer.Fit(TestTransformers.Data(_ml, ScoringRow.Create(50)), model.Model);
            float[] scores = [.. on.Transform(TestTransformers.Data(_ml, rows)).GetColumn<float>("Score")];
            Assert.IsTrue(Array.TrueForAll(scores, float.IsFinite));
            if (!isDefault)
                Assert.IsGreaterThan(1, scores.Distinct().Count());
        }
    }

    [TestMethod]
    public void LargeCountsAreLearnedAsFastAsSmallOnes()
    {
        var rows = ScoringRow.Create(400);
        foreach (float scale in new[] { 1f, 1e6f })
        {
            foreach (var row in rows)
                row.Value = MathF.Round(scale * MathF.Exp(2 + row.Features[0]));
            var data = TestTransformers.Data(_ml, rows);
            var model = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", HiddenUnits = [16], Loss = Losses.Poisson(), NumberOfEpochs = 60, LearningRate = 0.01, Seed = 1 }).Fit(data);
            Assert.IsGreaterThan(0.95, _ml.Regression.Evaluate(model.Transform(data), "Value").RSquared, $"scale {scale}");
        }
    }

    private sealed class VectorRow
    {
        [VectorType(ScoringRow.Width)]
        public float[] Features { get; set; } = [];
    }

    private sealed class ScalarRow
    {
        public float Slot { get; set; }
    }
}
