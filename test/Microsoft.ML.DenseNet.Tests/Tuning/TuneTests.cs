using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Tunings from beginning to end.</summary>
[TestClass]
public sealed class TuneTests
{
    [TestMethod]
    public void TwoClasses()
    {
        var data = TuningCase.Binary();
        var tuned = TuningCase.Tune(data: data);
        CheckTrials(tuned);
        var again = TuningCase.Ml.BinaryClassification.Trainers.DenseNet(tuned.BestOptions).Fit(data);
        TuningCase.AssertSame(again.Model.Network, tuned.Network);
        var metrics = TuningCase.Ml.BinaryClassification.Evaluate(tuned.Ensemble.Transform(data));
        Assert.IsGreaterThan(0.6, metrics.Accuracy);
    }

    [TestMethod]
    public void SeveralClasses()
    {
        var data = TuningCase.Classes;
        var tuned = TuningCase.Ml.MulticlassClassification.TuneDenseNet(data, TuningCase.Options<DenseNetMulticlassTrainer.Options>(LearningTask.MulticlassClassification), TuningCase.Tuning());
        CheckTrials(tuned);
        var again = TuningCase.Ml.MulticlassClassification.Trainers.DenseNet(tuned.BestOptions).Fit(data);
        TuningCase.AssertSame(again.Model.Network, tuned.Network);
        Assert.IsGreaterThan(0.5, TuningCase.Ml.MulticlassClassification.Evaluate(tuned.Ensemble.Transform(data)).MicroAccuracy);
    }

    [TestMethod]
    public void Numbers()
    {
        var data = TuningCase.Numbers;
        var tuned = TuningCase.Ml.Regression.TuneDenseNet(data, TuningCase.Options<DenseNetRegressionTrainer.Options>(LearningTask.Regression), TuningCase.Tuning());
        CheckTrials(tuned);
        var again = TuningCase.Ml.Regression.Trainers.DenseNet(tuned.BestOptions).Fit(data);
        TuningCase.AssertSame(again.Model.Network, tuned.Network);
        Assert.IsGreaterThan(0.3, TuningCase.Ml.Regression.Evaluate(tuned.Ensemble.Transform(data)).RSquared);
    }

    [TestMethod]
    public void TheShortFormsTune()
    {
        var tuned = TuningCase.Ml.BinaryClassification.TuneDenseNet(TuningCase.Binary(60), maximumTrials: 1);
        Assert.HasCount(1, tuned.Trials);
        Assert.AreSame(tuned.Trials[0], tuned.Best);
        Assert.AreEqual(1, tuned.Members.Single().Weight);
        Assert.HasCount(1, TuningCase.Ml.MulticlassClassification.TuneDenseNet(TuningCase.Ml.Data.TakeRows(TuningCase.Classes, 60), maximumTrials: 1).Trials);
        Assert.HasCount(1, TuningCase.Ml.Regression.TuneDenseNet(TuningCase.Ml.Data.TakeRows(TuningCase.Numbers, 60), maximumTrials: 1).Trials);
    }

    [TestMethod]
    public void TheFirstTrialIsTheModelWithoutTuning()
    {
        var data = TuningCase.Binary();
        var tuned = TuningCase.Tune(tuning => tuning.MaximumTrials = 1, options => options.Seed = 9, data);
        var plain = TuningCase.Ml.BinaryClassification.Trainers.DenseNet(TuningCase.BinaryOptions(options => options.Seed = 9)).Fit(data);
        TuningCase.AssertSame(plain.Model.Network, tuned.Network);
        Assert.AreEqual(8, tuned.Best.Values.WholeNumber("HiddenWidth"));
        Assert.AreEqual(DenseNetDefaults.For(LearningTask.BinaryClassification).LearningRate, tuned.Best.Values.Number("LearningRate"));
    }

    [TestMethod]
    [DataRow(TuningSearch.ParzenEstimator)]
    [DataRow(TuningSearch.Random)]
    public void WorkersDoNotChangeTheTrials(TuningSearch search)
    {
        DenseNetTuningResult<DenseNetBinaryTrainer.Options> With(int workers) => TuningCase.Tune(tuning =>
        {
            tuning.Search = search;
            tuning.MaximumTrials = 14;
            tuning.Seed = 4;
            tuning.Concurrency = 3;
            tuning.NumberOfWorkers = workers;
        });
        TuningCase.AssertSame(With(1), With(3));
    }

    [TestMethod]
    public void ALaterCallContinuesAndAChangedOneIsRefused()
    {
        using var folder = new TemporaryFolder();
        void First(DenseNetTuningOptions tuning) => (tuning.JournalDirectory, tuning.MaximumTrials) = (folder.FullName, 5);
        void More(DenseNetTuningOptions tuning) => (tuning.JournalDirectory, tuning.MaximumTrials) = (folder.FullName, 9);
        var half = TuningCase.Tune(First);
        Assert.HasCount(5, half.Trials);
        var whole = TuningCase.Tune(More);
        Assert.HasCount(9, whole.Trials);
        CollectionAssert.AreEqual(half.Trials.ToList().ConvertAll(trial => trial.Seconds), whole.Trials.Take(5).ToList().ConvertAll(trial => trial.Seconds)); // not trained anew
        TuningCase.AssertSame(TuningCase.Tune(tuning => tuning.MaximumTrials = 9), whole);

        Refused("the seed is", tuning => tuning.Seed = 77);
        Refused("the space (Space) is", tuning => tuning.Space = TuningCase.Space.Without("Dropout"));
        Refused("the metric (Metric) is 'LogLoss' there and 'Accuracy' here", tuning => tuning.Metric = TuningMetric.Accuracy);
        Refused("the reduction (Reduction) is '2' there and '3' here", tuning => tuning.Reduction = 3);
        Refused("the number of trials under way (Concurrency) is '4' there and '1' here", tuning => tuning.Concurrency = 1);
        Refused("the search (Search) is", tuning => tuning.Search = TuningSearch.Random);
        Refused("the training rows are '240 rows of 6 features", _ => { }, data: TuningCase.Binary(seed: 4));
        Refused("the trainer's options are", _ => { }, options => options.ClassWeights = ClassWeights.Balanced);

        void Refused(string message, Action<DenseNetTuningOptions> change, Action<DenseNetBinaryTrainer.Options>? options = null, IDataView? data = null)
        {
            var failure = Assert.ThrowsExactly<InvalidOperationException>(() => TuningCase.Tune(tuning =>
            {
                More(tuning);
                change(tuning);
            }, options, data));
            Assert.Contains(message, failure.Message);
            Assert.Contains("Delete the folder", failure.Message);
        }
    }

    [TestMethod]
    public void WithoutASeedAJournalKeepsItsOwn()
    {
        using var folder = new TemporaryFolder();
        DenseNetTuningResult<DenseNetBinaryTrainer.Options> Tune() => new MLContext().BinaryClassification.TuneDenseNet(TuningCase.Binary(), TuningCase.BinaryOptions(), TuningCase.Tuning(tuning => (tuning.JournalDirectory, tuning.MaximumTrials) = (folder.FullName, 3)));
        TuningCase.AssertSame(Tune(), Tune());
    }

    [TestMethod]
    public void WideSparseRowsHaveTheirOwnSpace()
    {
        const int Width = 5000;
        var random = new Random(3);
        var rows = Enumerable.Range(0, 200).Select(i => new SparseRow { Label = i % 2 == 0, Features = new VBuffer<float>(Width, 3, [1, 1, 1], [i % 2 == 0 ? random.Next(50) : random.Next(50, 100), 100 + random.Next(1000), 2000 + random.Next(3000)]) }).ToList();
        var data = TuningCase.Ml.Data.LoadFromEnumerable(rows);
        var tuned = TuningCase.Ml.BinaryClassification.TuneDenseNet(data, new DenseNetBinaryTrainer.Options { NumberOfEpochs = 8 }, new DenseNetTuningOptions { MaximumTrials = 4 });
        Assert.IsTrue(tuned.Trials.All(trial => trial.Networks == 1)); // one network for such rows, so there is no rung to stop at
        CollectionAssert.AreEqual(TuningSpace.ForSparse().Parameters.Select(parameter => parameter.Name).ToList(), tuned.Trials[1].Values.Names.ToList());
        TuningCase.AssertSame(TuningCase.Ml.BinaryClassification.Trainers.DenseNet(tuned.BestOptions).Fit(data).Model.Network, tuned.Network);
        var metrics = TuningCase.Ml.BinaryClassification.Evaluate(tuned.Ensemble.Transform(data));
        Assert.IsGreaterThan(0.8, metrics.Accuracy);
        Assert.IsTrue(tuned.EnsembleNetwork.Layout.SparseReaders.Any());
    }

    [TestMethod]
    public void CancellingKeepsWhatIsDone()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var cancelled = TuningCase.Tune(tuning =>
        {
            tuning.JournalDirectory = folder.FullName;
            tuning.CancellationToken = stop.Token;
            tuning.NumberOfWorkers = 1;
            tuning.Progress = progress =>
            {
                if (progress is { Trial: 3, End: null })
                    stop.Cancel();
            };
        });
        Assert.HasCount(3, cancelled.Trials);
        TuningCase.AssertSame(TuningCase.Tune(), TuningCase.Tune(tuning => tuning.JournalDirectory = folder.FullName));

        using var atOnce = new CancellationTokenSource();
        atOnce.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => TuningCase.Tune(tuning => tuning.CancellationToken = atOnce.Token));
        Assert.ThrowsExactly<OperationCanceledException>(() => TuningCase.Tune(options: options => options.CancellationToken = atOnce.Token));
    }

    [TestMethod]
    public void TimeAndWorkEndTheTrials()
    {
        Assert.HasCount(1, TuningCase.Tune(tuning => tuning.MaximumTime = TimeSpan.FromTicks(1)).Trials); // there is always the first
        var all = TuningCase.Tune();
        var some = TuningCase.Tune(tuning => tuning.MaximumWork = 2.5);
        Assert.IsLessThan(all.Trials.Count, some.Trials.Count);
        Assert.IsGreaterThan(1, some.Trials.Count);
        CollectionAssert.AreEqual(all.Trials.Take(some.Trials.Count).Select(TuningCase.Text).ToList(), some.Trials.Select(TuningCase.Text).ToList());
        var mean = some.Trials.Take(Math.Max(1, some.Trials.Count - 4)).Average(trial => trial.Work);
        Assert.IsLessThanOrEqualTo(2.5 * some.Trials[0].Work, mean * some.Trials.Count);
    }

    [TestMethod]
    public void ProgressIsToldOfEveryRungAndEnd()
    {
        var reports = new List<TuningProgress>();
        var tuned = TuningCase.Tune(tuning => tuning.Progress = reports.Add);
        CollectionAssert.AreEquivalent(tuned.Trials.Select(trial => trial.Number).ToList(), reports.Where(report => report.End is not null).Select(report => report.Trial).ToList());
        Assert.AreEqual(tuned.Trials.Sum(trial => trial.Rungs.Count), reports.Count(report => report.End is null));
        Assert.AreEqual(8, reports[^1].EndedTrials);
        Assert.AreEqual(TimeSpan.Zero, reports[^1].Remaining);
        Assert.AreEqual(tuned.Trials.Where(trial => trial.State == TuningTrialState.Complete).Min(trial => trial.Metric), reports[^1].Best!.Metric);
        for (int i = 1; i < reports.Count; i++)
            Assert.IsGreaterThanOrEqualTo(reports[i - 1].Elapsed, reports[i].Elapsed);

        var failure = Assert.ThrowsExactly<NotSupportedException>(() => TuningCase.Tune(tuning => tuning.Progress = _ => throw new NotSupportedException("mine")));
        Assert.AreEqual("mine", failure.Message);
    }

    [TestMethod]
    public void StepsBeforeTheTrainerTakePart()
    {
        var data = TuningCase.Binary();
        var tuned = TuningCase.Tune(Set, data: data);
        Assert.IsTrue(tuned.Trials.Select(trial => trial.Values.Text("Steps")).Distinct().Count() == 2);
        Assert.AreEqual("keep", tuned.Trials[0].Values.Text("Steps"));

        // Only networks that read the same rows can be averaged in one.
        Assert.IsTrue(tuned.Members.All(member => member.Trial.Values.Text("Steps") == tuned.Best.Values.Text("Steps")));
        var predictions = TuningCase.Ml.Data.CreateEnumerable<Prediction>(tuned.Ensemble.Transform(data), false).ToList();
        Assert.HasCount(240, predictions);

        var unread = Assert.ThrowsExactly<ArgumentException>(() => TuningCase.Tune(tuning =>
        {
            Set(tuning);
            tuning.Space = tuning.Space!.With(TuningParameter.Choice("Setps", 1, 2));
        }));
        Assert.Contains("'Setps'", unread.Message);

        void Set(DenseNetTuningOptions tuning)
        {
            tuning.Space = TuningCase.Space.With(TuningParameter.Choice("Steps", "keep", "normalize"));
            tuning.Preprocess = values => values.Text("Steps") == "keep"
                ? TuningCase.Ml.Transforms.CopyColumns("Other", "Features")
                : TuningCase.Ml.Transforms.NormalizeLogMeanVariance("Features");
        }
    }

    [TestMethod]
    public void ATrialThatFailsDoesNotEndTheTuning()
    {
        var tuned = TuningCase.Tune(tuning => tuning.Space = TuningSpace.Empty.With(TuningParameter.LogUniform("LearningRate", 1e7, 1e9)), options => options.ScaleFeatures = false);
        Assert.AreEqual(TuningTrialState.Complete, tuned.Trials[0].State);
        Assert.AreSame(tuned.Trials[0], tuned.Best);
        var failed = tuned.Trials.Where(trial => trial.State == TuningTrialState.Failed).ToList();
        Assert.IsNotEmpty(failed);
        Assert.Contains("diverged", failed[0].Reason!);
    }

    [TestMethod]
    public void GroupsAndTimesDecideTheFolds()
    {
        var rows = TuningCase.Ml.Data.CreateEnumerable<Row>(TuningCase.Binary(), false).Select((row, i) => new TimedRow { Features = row.Features, Label = row.Label, Group = i % 12, Time = i }).ToList();
        var data = TuningCase.Ml.Data.LoadFromEnumerable(rows);
        foreach (var set in new Action<DenseNetBinaryTrainer.Options>[] { options => options.SamplingKeyColumnName = nameof(TimedRow.Group), options => options.TimeColumnName = nameof(TimedRow.Time) })
        {
            var tuned = TuningCase.Tune(options: set, data: data);
            CheckTrials(tuned);
            var again = TuningCase.Ml.BinaryClassification.Trainers.DenseNet(tuned.BestOptions).Fit(data);
            TuningCase.AssertSame(again.Model.Network, tuned.Network);
        }
    }

    [TestMethod]
    public void TheTableHasEveryTrial()
    {
        var tuned = TuningCase.Tune(tuning => tuning.Space = TuningCase.Space.With(TuningParameter.Choice("Activation", "SELU", "ReLU")).With(TuningParameter.Choice("Bins", 0, 4)).With(TuningParameter.Choice("BinWidth", 2, 3).When("Bins", 4)));
        string[] lines = tuned.ToCsv().TrimEnd().Split('\n');
        Assert.AreEqual("Trial,State,Metric,Networks,Work,Seconds,HiddenLayers,HiddenWidth,LearningRate,Dropout,Activation,Bins,BinWidth,Reason", lines[0].Replace("\"", "", StringComparison.Ordinal));
        Assert.HasCount(1 + tuned.Trials.Count, lines);
        var table = tuned.ToDataView();
        CollectionAssert.AreEqual(tuned.Trials.Select(trial => trial.Metric).ToList(), table.GetColumn<double>("Metric").ToList());
        CollectionAssert.AreEqual(tuned.Trials.Select(trial => trial.State.ToString()).ToList(), table.GetColumn<string>("State").ToList());
        CollectionAssert.AreEqual(tuned.Trials.Select(trial => trial.Values.Number("LearningRate")).ToList(), table.GetColumn<double>("LearningRate").ToList());
        CollectionAssert.AreEqual(tuned.Trials.Select(trial => trial.Values.Text("Activation")).ToList(), table.GetColumn<string>("Activation").ToList());
        CollectionAssert.AreEqual(tuned.Trials.Select(trial => trial.Values.TryGetValue("BinWidth", out object? width) ? (int)width : double.NaN).ToList(), table.GetColumn<double>("BinWidth").ToList());
    }

    private static void CheckTrials<TOptions>(DenseNetTuningResult<TOptions> tuned)
        where TOptions : DenseNetOptions
    {
        CollectionAssert.AreEqual(Enumerable.Range(0, 8).ToList(), tuned.Trials.Select(trial => trial.Number).ToList());
        var complete = tuned.Trials.Where(trial => trial.State == TuningTrialState.Complete).ToList();
        Assert.IsLessThan(8, complete.Count); // some were given up
        Assert.IsTrue(complete.All(trial => trial.Networks == tuned.Trials[0].Networks));
        Assert.IsLessThanOrEqualTo(complete.Min(trial => trial.Metric) * 1.0001, tuned.Best.Metric);
        Assert.IsLessThanOrEqualTo(tuned.Members.Max(member => member.Trial.Metric) + 1e-6, tuned.EnsembleMetric); // the metrics are convex
        Assert.AreEqual(1, tuned.Members.Sum(member => member.Weight), 1e-12);
    }

    private sealed class Prediction
    {
        public float Probability { get; set; }
    }

    private sealed class Row
    {
        [VectorType(6)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class SparseRow
    {
        [VectorType(5000)]
        public VBuffer<float> Features { get; set; }

        public bool Label { get; set; }
    }

    private sealed class TimedRow
    {
        [VectorType(6)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public float Group { get; set; }

        public float Time { get; set; }
    }
}
