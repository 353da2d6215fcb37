using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class QualityTrainerTests
{
    private static readonly string[] Soils = ["sand", "clay", "rock"];

    [TestMethod]
    public void Constant_predicts_the_rates_and_the_mean()
    {
        var trainer = new ConstantQualityTrainer();

        Assert.IsTrue(QualityRun.Execute(Binary(), trainer, seed: 1).Predictions.Values.All(row => row[0] == 0.25));
        var classes = QualityRun.Execute(Soil(), trainer, seed: 1).Predictions;
        CollectionAssert.AreEqual(Soils, classes.Classes.ToArray());
        Assert.AreEqual(0.5, classes.Values[7][0], 1e-6);
        Assert.AreEqual(0.25, classes.Values[7][2], 1e-6);
        Assert.IsTrue(QualityRun.Execute(Price(), trainer, seed: 1).Predictions.Values.All(row => row[0] == 49.5));
    }

    [TestMethod]
    public void Search_finds_more_than_the_defaults_and_the_same_without_time()
    {
        var dataset = Binary();
        double Loss(QualityTrainer trainer) => QualityMetrics.Measure(QualityRun.Execute(dataset, trainer, seed: 1).Predictions).Single(metric => metric.Metric == MetricNames.LogLoss).Value;
        var tuned = new TunedLightGbmQualityTrainer(new CountingClock());

        double defaults = Loss(new LightGbmQualityTrainer());
        Assert.AreEqual(defaults, Loss(tuned.Within(seconds: 0)), "no time: the defaults are the one trial");
        Assert.AreNotEqual(defaults, Loss(tuned.Within(seconds: 30)), "with 100 rows, the defaults are far from the best");
        Assert.AreEqual(Loss(tuned.Within(seconds: 30)), Loss(tuned.Within(seconds: 30)), "the seed decides the trials");
        Assert.ThrowsExactly<InvalidOperationException>(() => Loss(tuned));
    }

    [TestMethod]
    [DataRow("binary")]
    [DataRow("multiclass")]
    [DataRow("regression")]
    public void Folds_hold_each_row_out_once_with_the_same_share_of_each_class(string name)
    {
        var task = TaskNames.Read(name);
        var dataset = task switch { TabularTask.Binary => Binary(), TabularTask.Multiclass => Soil(), _ => Price() };
        var rows = task == TabularTask.Multiclass
            ? new MLContext(1).Transforms.Conversion.MapValueToKey("Label").Fit(dataset.Train.View).Transform(dataset.Train.View)
            : dataset.Train.View;
        var folds = new TrainingFolds(rows, task, seed: 3);

        var heldOut = new List<float>();
        for (int fold = 0; fold < TrainingFolds.Count; fold++)
        {
            var (train, rest) = folds.Split(fold);
            float[] own = [.. rest.GetColumn<float>("x")];
            heldOut.AddRange(own);
            CollectionAssert.AreEquivalent(dataset.Train.View.GetColumn<float>("x").Except(own).ToArray(), train.GetColumn<float>("x").ToArray());
            if (task == TabularTask.Binary)
                Assert.AreEqual(100 / 4 / 3.0, rest.GetColumn<bool>("Label").Count(label => label), 1);
        }

        CollectionAssert.AreEquivalent(dataset.Train.View.GetColumn<float>("x").ToArray(), heldOut);
    }

    [TestMethod]
    public void Trainers_run_only_where_they_exist()
    {
        var byName = QualityTrainers.All.ToDictionary(trainer => trainer.Name);

        Assert.IsFalse(byName["ffm"].CanRun(Soil()));
        Assert.IsTrue(byName["ffm"].CanRun(Binary()));
        Assert.IsTrue(byName["poisson"].CanRun(Price()));
        Assert.IsFalse(byName["poisson"].CanRun(Price(-100)), "a count is not below 0");
    }

    private static Dataset Binary() => Make(TabularTask.Binary, i => i % 4 == 0 ? "yes" : "no");

    private static Dataset Soil() => Make(TabularTask.Multiclass, i => Soils[i % 4 == 3 ? 0 : i % 4]);

    private static Dataset Price(float from = 0) => Make(TabularTask.Regression, i => (from + i).ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>100 rows; the label hardly follows from x.</summary>
    private static Dataset Make(TabularTask task, Func<int, string> label)
    {
        const int Rows = 100;
        string[] labels = [.. Enumerable.Range(0, Rows).Select(label)];
        TableColumn target = task switch
        {
            TabularTask.Binary => new TableColumn<bool>("Label", BooleanDataViewType.Instance, [.. labels.Select(text => text == "yes")]),
            TabularTask.Multiclass => new TableColumn<ReadOnlyMemory<char>>("Label", TextDataViewType.Instance, [.. labels.Select(text => text.AsMemory())]),
            _ => new TableColumn<float>("Label", NumberDataViewType.Single, [.. labels.Select(text => float.Parse(text, System.Globalization.CultureInfo.InvariantCulture))]),
        };
        var table = new Table(labels, new TableView([new TableColumn<float>("x", NumberDataViewType.Single, [.. Enumerable.Range(0, Rows).Select(i => (float)(i * 37 % Rows))]), target]));
        return new Dataset(new DatasetInfo("made", task, Rows, Rows, ["x"], [], task == TabularTask.Multiclass ? 3 : 2, "yes"), table, table);
    }

    /// <summary>A second passes each time it is asked, however busy the machine is.</summary>
    private sealed class CountingClock : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
