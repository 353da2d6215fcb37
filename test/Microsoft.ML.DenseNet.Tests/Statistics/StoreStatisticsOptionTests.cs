using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What trainers store about their training rows, and the check of rows of an <see cref="IDataView"/>.</summary>
[TestClass]
public sealed class StoreStatisticsOptionTests
{
    private const double Rounding = 2e-6;

    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases => from task in TaskCase.All from way in new[] { "named", "fraction", "default", "time", "stream" } select new[] { task[0], way };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_option_changes_no_value_of_the_network_and_describes_its_rows(TaskCase task, string way)
    {
        var rows = ScoringRow.Create(way == "named" ? 120 : 700);
        rows[3].Features[2] = float.NaN;
        rows[4].Features[1] = 9;
        var data = TestTransformers.Data(_ml, rows);
        TrainedNetwork Train(bool stores) => task.NetworkOf(task.Trainer(_ml, options =>
        {
            if (way is "default" or "time")
                TaskCase.SetSmallDefault(options, 3);
            if (way == "time")
                options.TimeColumnName = nameof(ScoringRow.Weight);
            if (way == "fraction")
                options.ValidationFraction = 0.3;
            if (way == "stream")
                options.DataPlacement = DataPlacement.Stream;
            options.StoreStatistics = stores;
        }).Fit(data));
        TrainedNetwork plain = Train(false), network = Train(true);
        Assert.IsNull(plain.Statistics);
        CollectionAssert.AreEqual(ModelFileBuilder.Save(plain), ModelFileBuilder.Save(network.WithStatistics(null)));

        var statistics = network.Statistics!;
        Assert.AreEqual(way == "fraction" ? 490 : rows.Length, statistics.RowCount);
        Assert.HasCount(ScoringRow.Width, statistics.Features);
        if (way != "fraction")
        {
            var expected = TrainingStatisticsTests.Of([.. rows.Select(row => row.Features)]);
            Assert.AreEqual(TrainingStatisticsTests.Json(expected), TrainingStatisticsTests.Json(statistics.With(null)));
        }

        Assert.AreEqual(way is "fraction" or "default" or "time", statistics.Prediction!.IsHeldOut);
        double predicted = way switch { "fraction" => 210, "default" => 420 /* three of five folds */, "time" => statistics.Prediction.EffectiveRows, _ => rows.Length };
        Assert.AreEqual(predicted, statistics.Prediction.EffectiveRows, 1e-6);
        Assert.IsTrue(statistics.Prediction.EffectiveRows is > 100 and <= 700);
        Assert.AreEqual(task == TaskCase.Multiclass, statistics.Prediction.Distribution is CategoryStatistics);

        // Rows like those of the training drift nowhere; shifted ones do.
        Assert.IsTrue(network.Check(data).Features.All(feature => feature is { StabilityIndex: < 0.1, OutsideShare: < 0.02 }), network.Check(data).ToString());
        foreach (var row in rows)
            row.Features[0] += 3;
        Assert.AreEqual((0, DriftLevel.Large), network.Check(data).Features[0] is var worst ? (worst.Slot, worst.Level) : default);
    }

    public static IEnumerable<object[]> Models => [.. TaskCase.All.SelectMany(task => new[] { "named", "ensemble" }, (task, way) => new[] { task[0], way }), [TaskCase.Regression, "Poisson"]];

    [TestMethod]
    [DynamicData(nameof(Models))]
    public void Predictions_for_validation_rows_are_those_of_the_model(TaskCase task, string way)
    {
        var (training, validation) = (ScoringRow.Create(300), ScoringRow.Create(200, seed: 8));
        foreach (var row in way == "Poisson" ? training.Concat(validation) : [])
            row.Value = MathF.Floor(MathF.Abs(row.Value));
        var data = TestTransformers.Data(_ml, training);
        var network = task.NetworkOf(((dynamic)task.Trainer(_ml, options =>
        {
            options.StoreStatistics = true;
            options.EnsembleSize = way == "ensemble" ? 4 : 1;
            options.Loss = way == "Poisson" ? Losses.Poisson() : null;
        })).Fit(data, TestTransformers.Data(_ml, validation)));
        var outputs = validation.Select(row =>
        {
            float[] prediction = new float[((TrainedNetwork)network).Layout.OutputWidth];
            ((TrainedNetwork)network).Predict(row.Features, prediction);
            return prediction;
        }).ToArray();
        PredictionStatistics stored = ((TrainedNetwork)network).Statistics!.Prediction!;
        Assert.IsTrue(stored.IsHeldOut);
        if (stored.Distribution is NumberStatistics number)
        {
            Assert.AreEqual(outputs.Min(output => output[0]), number.Minimum, 1e-5f);
            Assert.AreEqual(outputs.Max(output => output[0]), number.Maximum, 1e-5f);
            Assert.IsTrue(number.BinShares.All(share => Math.Abs(share - 0.1) < 0.011));
        }
        else
        {
            foreach (var listed in ((CategoryStatistics)stored.Distribution).Categories)
                Assert.AreEqual(outputs.Count(output => Array.IndexOf(output, output.Max()) == listed.Category) / 200.0, listed.Share, Rounding);
        }
    }

    [TestMethod]
    public void Held_out_probabilities_of_the_default_network_are_calibrated_and_ignore_class_weights()
    {
        var rows = ScoringRow.Create(1200);
        var random = new Random(1);
        foreach (var row in rows)
            row.Flag = random.NextDouble() < (row.Features[0] > 0 ? 0.35 : 0.1);
        PredictionStatistics Stored(ClassWeights? weights) => _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            LabelColumnName = nameof(ScoringRow.Flag), Seed = 1, StoreStatistics = true, ClassWeights = weights,
            Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { HiddenUnits = [8], NumberOfEpochs = 8, MaximumTrainedFolds = 8 },
        }).Fit(TestTransformers.Data(_ml, rows)).Model.Network.Statistics!.Prediction!;
        var plain = Stored(null);
        Assert.IsTrue(plain.IsHeldOut);
        Assert.AreEqual(1200, plain.EffectiveRows, 1e-6);

        // The mean over bins lies near the share of positives, between the bins' ends.
        var number = (NumberStatistics)plain.Distribution;
        double low = number.BinStarts.Zip(number.BinShares, (start, share) => start * share).Sum();
        double high = number.BinStarts.Skip(1).Append(number.Maximum).Zip(number.BinShares, (end, share) => end * share).Sum();
        double positives = rows.Count(row => row.Flag) / 1200.0;
        Assert.IsTrue(low - 0.01 <= positives && positives <= high + 0.01, $"{low} to {high}, {positives} are positive");
        Assert.AreEqual(1200, Stored(ClassWeights.Balanced).EffectiveRows, 0.1, "class weights are no weights of rows");
    }

    [TestMethod]
    public void Weights_and_streams_count_as_they_do_in_memory()
    {
        var view = new GeneratedView(5000, 5, GeneratedRows.Narrow, isBoolean: false);
        TrainingStatistics Stored(DataPlacement placement) => _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            HiddenUnits = [4], NumberOfEpochs = 1, Seed = 1, StoreStatistics = true, ExampleWeightColumnName = "Weight", DataPlacement = placement,
        }).Fit(view).Model.Network.Statistics!;
        var memory = Stored(DataPlacement.Host);
        var builder = new StatisticsBuilder(5, []);
        var rows = Enumerable.Range(0, 5000).Select(GeneratedRows.Narrow).ToArray();
        TrainingStatisticsTests.Feed(builder, [.. rows.Select(GeneratedRows.Dense)], [.. rows.Select(row => (double)row.Weight)]);
        Assert.AreEqual(TrainingStatisticsTests.Json(builder.Build()), TrainingStatisticsTests.Json(memory.With(null)));

        // Of a stream, ranges and missing values are exact, and bins those of its sample.
        var stream = Stored(DataPlacement.Stream);
        Assert.AreEqual(memory.RowCount, stream.RowCount);
        foreach (var (one, other) in memory.Features.Cast<NumberStatistics>().Zip(stream.Features.Cast<NumberStatistics>()))
        {
            Assert.AreEqual((one.Minimum, one.Maximum, one.MissingShare), (other.Minimum, other.Maximum, other.MissingShare));
            Assert.IsTrue(one.BinShares.Zip(other.BinShares).All(pair => Math.Abs(pair.First - pair.Second) < 0.03));
        }
    }

    [TestMethod]
    public void Key_columns_and_one_hot_blocks_are_checked_by_category()
    {
        var rows = KeyColumnRow.Create(300, cities: 8);
        var data = KeyColumnRow.View(_ml, rows, known: 300);
        var network = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", CategoryColumnNames = ["City", "Tags"], HiddenUnits = [4], NumberOfEpochs = 1, StoreStatistics = true }).Fit(data).Model.Network;
        var statistics = network.Statistics!;
        Assert.AreSequenceEqual(new[] { 1, 1, 1, 8, 6, 6 }, statistics.Features.Select(feature => feature.SlotCount));
        var city = (CategoryStatistics)statistics.Features[3];
        foreach (var listed in city.Categories)
            Assert.AreEqual(rows.Count(row => row.CityName == network.CategoryColumns[0].KeyValues![listed.Category]) / 300.0, listed.Share, Rounding);

        // The same in one-hot blocks of the feature column, which a later row of an unknown city fills with zeros.
        var wide = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", FeatureColumnName = "Wide", HiddenUnits = [4], NumberOfEpochs = 1, StoreStatistics = true }).Fit(data).Model.Network;
        Assert.AreEqual(TrainingStatisticsTests.Json(statistics.With(null)), TrainingStatisticsTests.Json(wide.Statistics!.With(null)));
        Assert.AreEqual(TrainingStatisticsTests.Json(statistics.With(null)), TrainingStatisticsTests.Json(network.ComputeStatistics(data).With(null)));

        var later = KeyColumnRow.Create(50, cities: 8, seed: 9);
        later[7].CityName = "elsewhere";
        later[7].Features[1] = 99;
        var encoded = KeyColumnRow.View(_ml, [.. rows, .. later], known: 300);
        encoded = _ml.Data.SkipRows(encoded, 300);
        foreach (var report in new[] { network.Check(encoded), wide.Check(encoded) })
        {
            var flags = report.FlaggedRows.Single(row => row.Row == 7).Flags;
            Assert.AreSequenceEqual(new[] { RowFlagReason.AboveRange, RowFlagReason.UnseenCategory }, flags.Select(flag => flag.Reason));
            Assert.AreEqual((3, 0.02), report.Features.Single(feature => feature.Slot == 3) is var drift ? (drift.Slot, drift.OutsideShare) : default);
        }

        Assert.AreEqual("City", network.Check(encoded).Features.Single(feature => feature.Slot == 3).Name);
        Assert.AreEqual("Tags.[1]", network.Check(encoded).Features.Single(feature => feature.Slot == 17).Name);
        Assert.AreEqual("CityVector", wide.Check(encoded).Features.Single(feature => feature.Slot == 3).Name);
    }

    [TestMethod]
    [DataRow(DataPlacement.Host, false)]
    [DataRow(DataPlacement.Stream, false)]
    [DataRow(DataPlacement.Host, true)]
    public void Wide_sparse_rows_are_described_by_the_slots_that_most_rows_have(DataPlacement placement, bool isDefault)
    {
        const int Width = 5000;
        GeneratedRow Make(int row)
        {
            var random = new Random(row);
            int[] slots = [.. Enumerable.Range(0, 12).Select(_ => (int)(Width * Math.Pow(random.NextDouble(), 4))).Append(4321).Distinct().Order()];
            return new GeneratedRow(new VBuffer<float>(Width, slots.Length, [.. slots.Select(slot => 1 + (slot % 7) + random.NextSingle())], slots), random.Next(2));
        }

        var network = _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            HiddenUnits = isDefault ? null : [2], NumberOfEpochs = 1, Seed = 1, StoreStatistics = true, DataPlacement = placement,
        }).Fit(new GeneratedView(400, Width, Make)).Model.Network;
        var statistics = network.Statistics!;
        Assert.AreEqual((400L, Width - 204), (statistics.RowCount, statistics.UndescribedSlots));
        var rows = Enumerable.Range(0, 400).Select(row => GeneratedRows.Dense(Make(row))).ToArray();
        foreach (var number in statistics.Features.Cast<NumberStatistics>())
        {
            Assert.AreEqual(rows.Max(row => row[number.Slot]), number.Maximum);
            Assert.AreEqual(rows.Min(row => row[number.Slot]), number.Minimum);
            Assert.AreEqual(1, number.BinShares.Sum(), 2e-5);
        }

        Assert.Contains(4321, statistics.Features.Select(feature => feature.Slot));
        var later = new GeneratedView(300, Width, row => Make(10_000 + row));
        Assert.IsTrue(network.Check(later).Features.All(feature => feature.Level == DriftLevel.None), network.Check(later).ToString());
        var shifted = new GeneratedView(300, Width, row => Make(row) with { Features = new VBuffer<float>(Width, 1, [20f], [4321]) });
        Assert.AreEqual((4321, DriftLevel.Large, 1.0), network.Check(shifted).Features[0] is var worst ? (worst.Slot, worst.Level, worst.OutsideShare) : default);
    }

    [TestMethod]
    public void A_saved_pipeline_keeps_them_and_checks_data()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(100));
        var model = TaskCase.Binary.Trainer(_ml, options => options.StoreStatistics = true).Fit(data);
        using var folder = new TemporaryFolder();
        _ml.Model.Save(model, data.Schema, folder["model.zip"]);
        var loaded = (DenseNetBinaryTransformer)_ml.Model.Load(folder["model.zip"], out _);
        var changed = _ml.BinaryClassification.ChangeModelThreshold(loaded, 0.3f);
        var alone = TrainedNetwork.Load(folder["model.zip"]);
        string expected = TaskCase.Binary.NetworkOf(model).Check(data).ToString();
        Assert.AreEqual(expected, loaded.Model.Network.Check(loaded.Transform(data)).ToString());
        Assert.AreEqual(expected, changed.Model.Network.Check(data).ToString());
        Assert.AreEqual(expected, alone.Check([.. ScoringRow.Create(100).SelectMany(row => row.Features)], 100).ToString());
        StringAssert.Contains(expected, "x3: stability index 0.000");
    }

    [TestMethod]
    public void Data_that_does_not_fit_is_refused_by_name()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(40));
        var network = TaskCase.Regression.NetworkOf(TaskCase.Regression.Trainer(_ml, options => options.StoreStatistics = true).Fit(data));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => network.Check(data, "Other")).Message, "'Other'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => network.Check(data, nameof(ScoringRow.Value))).Message, "vector of Single");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => network.Check(new GeneratedView(3, 4, GeneratedRows.Numbers))).Message, "4 slots");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => network.Check(_ml.Data.SkipRows(data, 40))).Message, "no rows");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => network.WithStatistics(null).Check(data)).Message, nameof(DenseNetOptions.StoreStatistics));
        Assert.ThrowsExactly<InvalidOperationException>(() => network.ComputeStatistics(_ml.Data.SkipRows(data, 40)));
    }
}
