using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What the default network makes of categories that it never saw, and of missing ones.</summary>
[TestClass]
public sealed class UnseenCategoryTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(1, new int[0], false)]
    [DataRow(1, new[] { 4 }, false)]
    [DataRow(3, new int[0], false)]
    [DataRow(3, new[] { 4 }, false)]
    [DataRow(1, new[] { 4 }, true)]
    public void AnUnknownCategoryHasTheMeanEffect(int members, int[] units, bool isSparse)
    {
        // Without nonlinear layers, the prediction for the mean is the mean of the predictions.
        int categories = isSparse ? 4200 : 12;
        var random = new Random(3);
        var rows = Enumerable.Range(0, 2 * categories).Select(i => i < categories ? i : random.Next(1 + random.Next(categories)))
            .Select(category => new Row { Large = $"c{category}", Number = random.NextSingle(), Target = category % 7 }).ToArray();
        var defaults = isSparse ? DenseNetDefaults.ForSparse(LearningTask.Regression) : members > 1 ? DenseNetDefaults.ForEnsemble(LearningTask.Regression) : DenseNetDefaults.For(LearningTask.Regression);
        var model = Features().Append(_ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            LabelColumnName = nameof(Row.Target),
            Defaults = defaults with { HiddenUnits = units, HiddenUnitsWithoutEmbedding = null, Activation = Layer.Identity, NumberOfEpochs = 5, ClampPrediction = false },
            EnsembleSize = members,
            ValidationFraction = 0,
            Seed = 1,
        })).Fit(View(rows));

        float[] known = Scores(model, [.. rows.Select(row => new Row { Large = row.Large, Number = 0.3f })]);
        Assert.IsGreaterThan(0.01, known.Max() - known.Min());
        foreach (string unknown in new[] { "never seen", "" })
            Assert.AreEqual(known.Average(score => (double)score), Scores(model, [new Row { Large = unknown, Number = 0.3f }])[0], 1e-3, unknown);
    }

    [TestMethod]
    public void ACategoryWithoutRowsInAFoldHasTheMeanEffectThere()
    {
        // The last category is only in the validation data, so that nothing teaches the network what it is.
        string Category(int i) => $"c{i % 15}";
        Row[] training = [.. Enumerable.Range(0, 300).Where(i => i % 15 != 14).Select(i => new Row { Large = Category(i), Target = i % 15 })];
        var encoding = Features().Fit(View([.. training, new Row { Large = Category(14) }]));
        var model = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            LabelColumnName = nameof(Row.Target),
            Defaults = DenseNetDefaults.For(LearningTask.Regression) with { HiddenUnits = [], NumberOfEpochs = 20, ClampPrediction = false },
            Seed = 1,
        }).Fit(encoding.Transform(View(training)), encoding.Transform(View([new Row { Large = Category(14), Target = 6.5f }])));
        float[] scores = [.. model.Transform(encoding.Transform(View([.. Enumerable.Range(0, 15).Select(i => new Row { Large = Category(i) })]))).GetColumn<float>("Score")];
        Assert.AreEqual(scores[..14].Average(), scores[14], 1e-3);
        Assert.IsGreaterThan(5, scores[13] - scores[0]);
    }

    [TestMethod]
    [DataRow(4)]
    [DataRow(40)]
    public void ThatACategoryIsMissingIsLearned(int categories)
    {
        Row[] Rows(int seed)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, 600).Select(_ => random.Next(2) == 0).Select(isMissing => new Row
            {
                Label = isMissing,
                Number = random.NextSingle(),
                Large = isMissing ? "" : $"c{random.Next(categories)}",
            })];
        }

        var model = Features().Append(_ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { HiddenUnits = [16], NumberOfEpochs = 12, MaximumTrainedFolds = 2 },
            Seed = 1,
        })).Fit(View(Rows(1)));
        Assert.IsGreaterThan(0.995, _ml.BinaryClassification.Evaluate(model.Transform(View(Rows(2)))).AreaUnderRocCurve);
    }

    [TestMethod]
    public void CategoriesOfASingleRowTeachNothing()
    {
        Row[] Rows(int seed, int count)
        {
            var random = new Random(seed);
            return [.. Enumerable.Range(0, count).Select(i => new Row { Label = random.Next(2) == 0, Number = random.NextSingle(), Large = $"{seed} {i}" })];
        }

        var model = Features().Append(_ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { HiddenUnits = [16], NumberOfEpochs = 12, MaximumTrainedFolds = 2 },
            Seed = 1,
        })).Fit(View(Rows(1, 1000)));
        var metrics = _ml.BinaryClassification.Evaluate(model.Transform(View(Rows(2, 4000))));
        Assert.AreEqual(0.5, metrics.AreaUnderRocCurve, 0.03); // 3 standard errors
        Assert.AreEqual(1, metrics.LogLoss, 0.02); // in bits

        // Nor does the network believe that it had learned something.
        var history = model.LastTransformer.Model.Network.History;
        Assert.IsGreaterThan(Math.Log(2) - 0.01, history[history.BestEpoch - 1].ValidationLoss!.Value);
    }

    [TestMethod]
    [DataRow(0, 0.25)]
    [DataRow(1, 0.15)]
    public void RareCategoriesStayNearTheMean(double effect, double tolerance)
    {
        // A number tells most; of 500 categories with two rows each, there is little or nothing to learn.
        var random = new Random(4);
        double[] effects = [.. Enumerable.Range(0, 500).Select(_ => effect * RandomNetworks.Normal(random))];
        Row[] Rows(int count, double noise) =>
        [
            .. Enumerable.Range(0, count).Select(i => (Category: i % effects.Length, Number: random.NextSingle()))
                .Select(item => new Row { Large = $"c{item.Category}", Number = item.Number, Target = (float)((6 * item.Number) + effects[item.Category] + (noise * RandomNetworks.Normal(random))) }),
        ];
        var model = Features().Append(_ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            LabelColumnName = nameof(Row.Target),
            Defaults = DenseNetDefaults.For(LearningTask.Regression) with { HiddenUnits = [32, 32], MaximumTrainedFolds = 2 },
            Seed = 1,
        })).Fit(View(Rows(1000, noise: 1)));
        var test = Rows(2000, noise: 0);
        double error = Math.Sqrt(Scores(model, test).Zip(test, (score, row) => Math.Pow(score - row.Target, 2)).Average());

        // What is known best: each category's mean, shrunk by as much as chance moves it.
        double least = Math.Sqrt(effect * effect / (1 + (2 * effect * effect)));
        Assert.IsLessThan(least + tolerance, error);
    }

    [TestMethod]
    public void CategoriesAreCountedInDenseAndSparseRows()
    {
        float[][] rows = [[0, 1, 0, 5, 0, 1, 0], [1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 7, 1, 1, 0], [0, 0, 0, 0, 0, 0, 0]];
        SlotRange[] blocks = [new(0, 3), new(4, 2), new(6, 1)];
        var dense = new RowBlock(4, rows.SelectMany(row => row).ToArray(), new float[4], default);
        var builder = new BlockBuilder(7, hasWeights: false, RowForm.Sparse);
        builder.Add(dense, 0, 4);
        foreach (var block in new[] { dense, builder.Build() })
        {
            var counts = CategoryCounts.Of(new RowSet(7, false, [block]), blocks);
            CollectionAssert.AreEqual(new long[] { 1, 2, 0 }, counts[0]!.Rows);
            Assert.AreEqual(1, counts[0]!.None);
            Assert.IsNull(counts[1]); // two at once
            CollectionAssert.AreEqual(new long[] { 0 }, counts[2]!.Rows);
            Assert.AreEqual(4, counts[2]!.None);
        }
    }

    private static float[] Scores(TransformerChain<DenseNetRegressionTransformer> model, Row[] rows) => [.. model.Transform(View(rows)).GetColumn<float>("Score")];

    private static IDataView View(Row[] rows) => new MLContext().Data.LoadFromEnumerable(rows);

    private EstimatorChain<ColumnConcatenatingTransformer> Features() =>
        _ml.Transforms.Categorical.OneHotEncoding(nameof(Row.Large)).Append(_ml.Transforms.Concatenate("Features", nameof(Row.Number), nameof(Row.Large)));

    private sealed class Row
    {
        public string Large { get; set; } = "";

        public float Number { get; set; }

        public bool Label { get; set; }

        public float Target { get; set; }
    }
}
