using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The ensemble of tuned models: which members are chosen, and the network that they become.</summary>
[TestClass]
public sealed class TunedEnsembleTests
{
    private static readonly MLContext Ml = TuningCase.Ml;

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(8)]
    public void TheGreedySearchAddsTheBestModelEachTime(int maximum)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var candidates = Candidates(seed, count: 5);
            CollectionAssert.AreEqual(Greedy(candidates, maximum), EnsembleSelection.Greedy(TuningMetric.LogLoss, candidates, candidates[0].Weights, maximum), $"seed {seed}");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(8)]
    public void MembersAreAFewAndTheSameForTheSameSeed(int maximum)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var candidates = Candidates(seed, count: 5);
            int[] counts = EnsembleSelection.Choose(TuningMetric.LogLoss, candidates, maximum, seed);
            Assert.IsTrue(counts.Count(count => count > 0) is var members && members >= 1 && members <= maximum, $"{members}");
            Assert.IsLessThanOrEqualTo(30, counts.Sum());
            CollectionAssert.AreEqual(counts, EnsembleSelection.Choose(TuningMetric.LogLoss, candidates, maximum, seed));
        }
    }

    [TestMethod]
    public void OneModelThatIsBestEverywhereIsTheOnlyMember()
    {
        var candidates = Candidates(1, count: 4);
        candidates.Insert(2, candidates[0] with { Predictions = [.. candidates[0].Labels.Select(label => label > 0 ? 0.999f : 0.001f)] });
        CollectionAssert.AreEqual(new[] { 0, 0, 1, 0, 0 }, EnsembleSelection.Choose(TuningMetric.LogLoss, candidates, 8, seed: 1));
    }

    [TestMethod]
    public void TwoMembersAreNearlyTheBestMixture()
    {
        // Brute force tries all shares of 25.
        for (int seed = 0; seed < 10; seed++)
        {
            var candidates = Candidates(seed, count: 2, rows: 3000);
            double best = Enumerable.Range(0, 26).Min(count => Loss(candidates, [count, 25 - count]));
            Assert.IsLessThanOrEqualTo(best + 5e-4, Loss(candidates, EnsembleSelection.Choose(TuningMetric.LogLoss, candidates, 8, seed)));
        }
    }

    [TestMethod]
    public void WhereRowsAreFewItChoosesBetterForOtherRowsThanOneGreedySearch()
    {
        double sampled = 0, once = 0;
        for (int seed = 0; seed < 40; seed++)
        {
            // The same models' predictions of 40 rows to choose by, and of many others.
            var all = Candidates(seed, count: 8, rows: 2040);
            List<TrialPredictions> few = [.. all.Select(candidate => Part(candidate, 0, 40))], many = [.. all.Select(candidate => Part(candidate, 40, 2000))];
            sampled += Loss(many, EnsembleSelection.Choose(TuningMetric.LogLoss, few, 8, seed));
            once += Loss(many, EnsembleSelection.Greedy(TuningMetric.LogLoss, few, few[0].Weights, 8));
        }

        Assert.IsLessThan(once, sampled);

        static TrialPredictions Part(TrialPredictions all, int start, int count) =>
            new(1, all.Predictions[start..(start + count)], all.Labels[start..(start + count)], all.Weights[start..(start + count)], "");
    }

    [TestMethod]
    public void TwoClasses()
    {
        var data = TuningCase.Binary();
        TrainedNetwork[] members = [Binary(data, 4, dropout: 0), Binary(data, 8, dropout: 0.1f), Binary(data, 6, dropout: 0.3f)];
        CheckJoined(members, [3, 1, 4], data);
    }

    [TestMethod]
    public void NetworksWithMembersAreTunedAndJoined()
    {
        var data = TuningCase.Binary();
        var tuned = TuningCase.Tune(tuning => (tuning.Reduction, tuning.MaximumTrials) = (1, 4), options => options.EnsembleSize = 3, data);
        Assert.IsTrue(tuned.Trials.All(trial => trial.State == TuningTrialState.Complete && trial.Networks == 1));
        TrainedNetwork[] members = [.. new[] { 4, 8 }.Select(units => Ml.BinaryClassification.Trainers.DenseNet(TuningCase.BinaryOptions(options =>
        {
            options.EnsembleSize = 3;
            options.Defaults = options.Defaults! with { HiddenUnits = [units] };
        })).Fit(data).Model.Network)];
        CheckJoined(members, [3, 2], data);
    }

    [TestMethod]
    public void SeveralClasses()
    {
        var data = TuningCase.Classes;
        TrainedNetwork[] members = [.. new[] { 4, 8 }.Select(units => Ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { Defaults = TuningCase.Small(LearningTask.MulticlassClassification) with { HiddenUnits = [units, units] } }).Fit(data).Model.Network)];
        CheckJoined(members, [2, 5], data);
    }

    [TestMethod]
    public void Numbers()
    {
        var data = TuningCase.Numbers;
        foreach (var loss in new Loss?[] { null, Losses.Poisson() })
        {
            TrainedNetwork[] members = [.. new[] { 4, 8, 8 }.Select((units, i) => Ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { Seed = i, Loss = loss, Defaults = TuningCase.Small(LearningTask.Regression) with { HiddenUnits = [units], NumberEmbedding = i == 1 ? null : DenseNetDefaults.For(LearningTask.Regression).NumberEmbedding } }).Fit(data).Model.Network)];
            CheckJoined(members, [1, 2, 3], data);
        }

        TrainedNetwork[] raw = [.. new[] { 4, 8 }.Select(units => Ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { StandardizeTarget = false, Defaults = TuningCase.Small(LearningTask.Regression) with { HiddenUnits = [units], ClampPrediction = false } }).Fit(data).Model.Network)];
        CheckJoined(raw, [1, 1], data);
    }

    [TestMethod]
    public void MembersThatScaleDifferently()
    {
        var random = new Random(5);
        string[] kinds = [.. Enumerable.Range(0, 12).Select(i => $"kind {i}")];
        var rows = Enumerable.Range(0, 240).Select(_ => new Thing { Kind = kinds[random.Next(12)], Size = random.Next(20) == 0 ? float.NaN : (float)random.NextDouble() }).ToList();
        foreach (var row in rows)
            row.Label = row.Kind.Length > 6 ^ row.Size > 0.5f;
        var raw = Ml.Data.LoadFromEnumerable(rows);
        var data = Ml.Transforms.Categorical.OneHotEncoding(nameof(Thing.Kind)).Append(Ml.Transforms.Concatenate("Features", nameof(Thing.Size), nameof(Thing.Kind))).Fit(raw).Transform(raw);
        TrainedNetwork[] members = [.. new[] { 4, 20 }.Select(slots => Ml.BinaryClassification.Trainers.DenseNet(TuningCase.BinaryOptions(options => options.Defaults = options.Defaults! with { MaximumOneHotSlots = slots })).Fit(data).Model.Network)];
        Assert.IsFalse(members[0].Buffers[..members[0].Layout.InputScaling!.BufferCount].Span.SequenceEqual(members[1].Buffers[..members[1].Layout.InputScaling!.BufferCount].Span));
        CheckJoined(members, [1, 2], data);
    }

    [TestMethod]
    public void ItSavesAndScoresAsAnyModelButIsNotTrainedFurther()
    {
        var data = TuningCase.Binary();
        var tuned = TuningCase.Tune(tuning => (tuning.Reduction, tuning.MaximumTrials) = (1, 5), data: data);
        Assert.IsGreaterThan(1, tuned.Members.Count);
        using var file = new MemoryStream();
        Ml.Model.Save(tuned.Ensemble, data.Schema, file);
        var loaded = Ml.Model.Load(file, out _);
        CollectionAssert.AreEqual(tuned.Ensemble.Transform(data).GetColumn<float>("Probability").ToList(), loaded.Transform(data).GetColumn<float>("Probability").ToList());

        var failure = Assert.ThrowsExactly<InvalidOperationException>(() => Ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { NumberOfEpochs = 1 }).Fit(data, ((DenseNetBinaryTransformer)tuned.Ensemble).Model));
        Assert.Contains("average of several models", failure.Message);
        Ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { NumberOfEpochs = 1 }).Fit(data, ((DenseNetBinaryTransformer)tuned.Model).Model);
    }

    private static TrainedNetwork Binary(IDataView data, int units, float dropout) =>
        Ml.BinaryClassification.Trainers.DenseNet(TuningCase.BinaryOptions(options => options.Defaults = options.Defaults! with { HiddenUnits = [units], Dropout = dropout })).Fit(data).Model.Network;

    /// <summary>The joined network predicts the weighted mean of what its members predict, here and in ONNX Runtime.</summary>
    private static void CheckJoined(TrainedNetwork[] members, int[] counts, IDataView data)
    {
        var joined = EnsembleJoin.Join(members, counts);
        float[][] rows = [.. data.GetColumn<float[]>("Features").Take(50)];
        int width = joined.Layout.OutputWidth;
        var predictions = new float[width];
        using var onnx = new OnnxRun(OnnxModels.Export(joined, KindOf(joined.Task)));
        foreach (float[] row in rows)
        {
            double[] expected = new double[width];
            for (int i = 0; i < members.Length; i++)
            {
                members[i].Predict(row, predictions);
                for (int k = 0; k < width; k++)
                    expected[k] += predictions[k] * ((double)counts[i] / counts.Sum());
            }

            joined.Predict(row, predictions);
            float[] exported = onnx.Run<float>(joined.Task == LearningTask.BinaryClassification ? "Probability" : "Score", row, 1);
            for (int k = 0; k < width; k++)
            {
                Assert.AreEqual(expected[k], predictions[k], 2e-5 * Math.Max(1, Math.Abs(expected[k])));
                Assert.AreEqual(expected[k], exported[k], 2e-5 * Math.Max(1, Math.Abs(expected[k])));
            }
        }

        using var file = new MemoryStream();
        joined.Save(file);
        file.Position = 0;
        TuningCase.AssertSame(joined, TrainedNetwork.Load(file));
    }

    private static PredictionKind KindOf(LearningTask task) => task switch
    {
        LearningTask.BinaryClassification => PredictionKind.BinaryClassification,
        LearningTask.MulticlassClassification => PredictionKind.MulticlassClassification,
        _ => PredictionKind.Regression,
    };

    private static List<TrialPredictions> Candidates(int seed, int count, int rows = 60)
    {
        var random = new Random(seed);
        float[] labels = [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(2))];
        float[] weights = [.. labels.Select(_ => 0.5f + (float)random.NextDouble())];
        return [.. Enumerable.Range(0, count).Select(_ => new TrialPredictions(1, [.. labels.Select(label => Math.Clamp((0.3f * label) + 0.35f + (0.5f * ((float)random.NextDouble() - 0.5f)), 0.01f, 0.99f))], labels, weights, ""))];
    }

    /// <summary>The same search, written out: every sequence's next model is found by trying all.</summary>
    private static int[] Greedy(List<TrialPredictions> candidates, int maximum)
    {
        int[] counts = new int[candidates.Count];
        for (int round = 0; round < EnsembleSelection.Rounds; round++)
        {
            counts = Enumerable.Range(0, candidates.Count)
                .Where(i => counts[i] > 0 || counts.Count(count => count > 0) < maximum)
                .Select(i => counts.Select((count, k) => k == i ? count + 1 : count).ToArray())
                .MinBy(trial => Loss(candidates, trial))!;
        }

        return counts;
    }

    private static double Loss(List<TrialPredictions> candidates, int[] counts)
    {
        double loss = 0, total = 0;
        for (int row = 0; row < candidates[0].Count; row++)
        {
            double probability = candidates.Select((candidate, i) => candidate.Predictions[row] * (double)counts[i]).Sum() / counts.Sum();
            loss -= candidates[0].Weights[row] * Math.Log(candidates[0].Labels[row] > 0 ? (float)probability : 1 - (double)(float)probability);
            total += candidates[0].Weights[row];
        }

        return loss / total;
    }

    private sealed class Thing
    {
        public string Kind { get; set; } = "";

        public float Size { get; set; }

        public bool Label { get; set; }
    }
}
