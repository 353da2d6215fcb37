using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The options for groups and times, from the data to the model.</summary>
[TestClass]
public sealed class GroupsAndTimeTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases() =>
        from way in new[] { "folds", "fraction", "stream" } from width in new[] { 40, RowSet.WideSlots } select new object[] { way, width };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AGroupThatIsLearnedByHeartDoesNotFlatterValidation(string way, int width)
    {
        // The label is a coin tossed for each group, and the features say nothing but the group: only a network that has seen
        // a row's group can know its label.
        float[] coins = [.. Enumerable.Range(0, 40).Select(group => (group * 2654435761L >> 7) % 2 == 0 ? 1f : 0f)];
        var view = new GeneratedView(800, width, row => new GeneratedRow(new VBuffer<float>(width, 1, [1], [row % 40]), coins[row % 40], row % 40));
        double Loss(string? column)
        {
            var options = new DenseNetBinaryTrainer.Options { Seed = 1, SamplingKeyColumnName = column, DataPlacement = way == "stream" ? DataPlacement.Stream : DataPlacement.Auto };
            if (way == "folds")
                options.Defaults = options.DefaultsFor(LearningTask.BinaryClassification, width == RowSet.WideSlots) with { MaximumTrainedFolds = 2, NumberOfEpochs = 60 };
            else
                (options.HiddenUnits, options.ValidationFraction, options.NumberOfEpochs, options.LearningRate) = ([16], 0.3, 40, 0.02);
            return _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view).Model.Network.History.Min(epoch => epoch.ValidationLoss!.Value);
        }

        Assert.IsLessThan(0.25, Loss(null));
        Assert.IsGreaterThan(0.45, Loss("Weight"));
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TheNetworkThatIsKeptHasLearnedFromTheLatestRows(TaskCase task)
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(300));
        var runs = new List<(long Rows, int Number, int Numbers, int Epochs, TrainedNetwork Network)>();
        var options = new RunRecorder(progress => runs.Add((progress.TrainingRows, progress.NetworkNumber, progress.NumberOfNetworks, progress.Epoch, progress.TakeSnapshot())));
        var transformer = task.Trainer(_ml, set =>
        {
            TaskCase.SetSmallDefault(set, networks: 1);
            set.TimeColumnName = nameof(ScoringRow.Weight);
            set.Observers.Add(options);
        }).Fit(data);
        var network = task.NetworkOf(transformer);

        Assert.HasCount(2, runs);
        Assert.AreEqual((240, 1, 2), (runs[0].Rows, runs[0].Number, runs[0].Numbers));
        Assert.AreEqual((300, 2, 2), (runs[1].Rows, runs[1].Number, runs[1].Numbers));
        Assert.AreEqual(network.History.BestEpoch, runs[1].Epochs);
        Assert.AreEqual(runs[0].Network.History.Count, network.History.Count);
        Assert.IsTrue(network.History.All(epoch => epoch.ValidationLoss is not null));

        // The second run's network, but for the calibration: a factor and shifts, which cancel between two rows.
        float[] Change(TrainedNetwork of)
        {
            float[] first = Outputs(of, 0.3f), second = Outputs(of, -0.2f);
            return [.. first.Zip(second, (x, y) => x - y)];
        }

        float[] kept = Change(network), trained = Change(runs[1].Network);
        float factor = kept[0] / trained[0];
        if (task == TaskCase.Regression)
            Assert.AreEqual(1, factor, 1e-5f);
        for (int i = 0; i < kept.Length; i++)
            Assert.AreEqual(factor * trained[i], kept[i], 1e-3f * Math.Abs(kept[i]));

        static float[] Outputs(TrainedNetwork of, float step)
        {
            float[] outputs = new float[of.Layout.OutputWidth];
            of.ComputeOutputs([.. Enumerable.Range(0, ScoringRow.Width).Select(i => (i * step) - 0.5f)], outputs);
            return outputs;
        }
    }

    [TestMethod]
    public void ThreadsDoNotChangeAModelByTime()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(300));
        float[] Parameters(int threads) => TaskCase.Binary.NetworkOf(TaskCase.Binary.Trainer(_ml, options =>
        {
            TaskCase.SetSmallDefault(options, networks: 3);
            (options.TimeColumnName, options.NumberOfThreads) = (nameof(ScoringRow.Weight), threads);
        }).Fit(data)).Parameters.ToArray();

        float[] one = Parameters(1);
        CollectionAssert.AreEqual(one, Parameters(1));
        CollectionAssert.AreEqual(one, Parameters(3));
    }

    [TestMethod]
    public void AnObserverEndsATrainingByTimeAtAnyMoment()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(300));
        for (int calls = 1; calls <= 9; calls += 2)
        {
            var network = TaskCase.Binary.NetworkOf(TaskCase.Binary.Trainer(_ml, options =>
            {
                TaskCase.SetSmallDefault(options, networks: 2);
                options.TimeColumnName = nameof(ScoringRow.Weight);
                options.Observers.Add(new StopAfter(calls));
            }).Fit(data));
            Assert.AreEqual(StopReason.Observer, network.History.StopReason, $"after {calls}");
        }

        // After 4 epochs on the earlier rows and 1 on all, the former has learned more.
        TrainedNetwork? first = null;
        var kept = TaskCase.Regression.NetworkOf(TaskCase.Regression.Trainer(_ml, options =>
        {
            TaskCase.SetSmallDefault(options, networks: 1);
            options.TimeColumnName = nameof(ScoringRow.Weight);
            options.Observers.Add(new StopAfter(5));
            options.Observers.Add(new RunRecorder(progress => first ??= progress.TakeSnapshot()));
        }).Fit(data));
        CollectionAssert.AreEqual(first!.Parameters.ToArray(), kept.Parameters.ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void EveryTaskTakesGroups(TaskCase task)
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(300));
        foreach (string column in new[] { nameof(ScoringRow.Class), "Key", nameof(ScoringRow.Weight) })
        {
            var network = task.NetworkOf(task.Trainer(_ml, options =>
            {
                TaskCase.SetSmallDefault(options, networks: 4);
                if (column != (task == TaskCase.Multiclass ? "Key" : "none"))
                    options.SamplingKeyColumnName = column;
            }).Fit(data));
            Assert.AreEqual(column == nameof(ScoringRow.Weight) || (column == "Key" && task == TaskCase.Multiclass) ? 4 : 3, network.History.Networks, column);
        }
    }

    [TestMethod]
    public void GivenValidationRowsNeedNoGroups()
    {
        // The columns are missing in the validation rows, and have missing values in the training rows.
        var view = new GeneratedView(100, 6, row => GeneratedRows.Classes(row) with { Weight = float.NaN });
        var validation = _ml.Transforms.DropColumns("Weight").Fit(view).Transform(view);
        var options = new DenseNetBinaryTrainer.Options { HiddenUnits = [3], NumberOfEpochs = 2, SamplingKeyColumnName = "Weight", TimeColumnName = "Weight" };
        Assert.HasCount(2, _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view, validation).Model.Network.History);
    }

    [TestMethod]
    public void AStreamWithBothIsRefused()
    {
        var view = new GeneratedView(100, 6, GeneratedRows.Classes);
        var options = new DenseNetBinaryTrainer.Options { HiddenUnits = [3], ValidationFraction = 0.2, SamplingKeyColumnName = "Weight", TimeColumnName = "Weight", DataPlacement = DataPlacement.Stream };
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view)).Message, "a stream cannot be split by SamplingKeyColumnName and TimeColumnName at once");
    }

    [TestMethod]
    [DataRow("Features", null, "Sampling key column 'Features' is Vector<Single>, but DenseNet needs one value a row")]
    [DataRow("Nowhere", null, "Sampling key column 'Nowhere' not found. The data has 'Features'")]
    [DataRow(null, "Class", "Time column 'Class' is String, but DenseNet needs numbers, a known-size vector of numbers, DateTime, DateTimeOffset or TimeSpan. Convert it with mlContext.Transforms.Conversion.ConvertType(\"Class\", outputKind: DataKind.DateTime)")]
    [DataRow(null, "Key", "A key numbers values in the order in which they were met, not in time")]
    [DataRow(null, "Nowhere", "Time column 'Nowhere' not found")]
    public void AColumnOfTheWrongTypeIsNamed(string? group, string? time, string expected)
    {
        var data = _ml.Transforms.CopyColumns("Numbers", "Features").Fit(TestTransformers.Data(_ml, ScoringRow.Create(50))).Transform(TestTransformers.Data(_ml, ScoringRow.Create(50)));
        var trainer = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { FeatureColumnName = "Numbers", LabelColumnName = "Value", SamplingKeyColumnName = group, TimeColumnName = time });
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(data)).Message, expected);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(SchemaShape.Create(data.Schema))).Message, expected);
    }

    [TestMethod]
    public void NamesAreChecked()
    {
        foreach (string name in new[] { "", "Features", "Label" })
        {
            Assert.Contains("SamplingKeyColumnName is", Assert.ThrowsExactly<ArgumentException>(() => _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { SamplingKeyColumnName = name })).Message);
            Assert.Contains("TimeColumnName is", Assert.ThrowsExactly<ArgumentException>(() => _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { TimeColumnName = name })).Message);
        }
    }

    /// <summary>Stops the training after a number of epochs of all networks together.</summary>
    private sealed class StopAfter(int epochs) : TrainingObserver
    {
        private int _epochs;

        public override void OnEpochEnded(TrainingProgress progress)
        {
            if (++_epochs == epochs)
                progress.Stop();
        }
    }

    private sealed class RunRecorder(Action<TrainingProgress> record) : TrainingObserver
    {
        public override void OnTrainingEnded(TrainingProgress progress) => record(progress);
    }
}
