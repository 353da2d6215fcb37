using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The option Effort chooses a recipe of the default network.</summary>
[TestClass]
public sealed class EffortTests
{
    [TestMethod]
    [DataRow(Effort.Quick)]
    [DataRow(Effort.Standard)]
    [DataRow(Effort.Best)]
    public void AnEffortIsItsRecipe(Effort effort)
    {
        var mlContext = new MLContext(seed: 3);
        var rows = DenseNetDatasets.MakeClassification(rows: 120, features: 4).ToDataView(mlContext);
        var byEffort = mlContext.BinaryClassification.Trainers.DenseNet(effort: effort).Fit(rows);
        var byDefaults = mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification, effort),
            Seed = 3,
        }).Fit(rows);
        CollectionAssert.AreEqual(byDefaults.Model.Network.Parameters.ToArray(), byEffort.Model.Network.Parameters.ToArray());
    }

    [TestMethod]
    [DataRow(LearningTask.BinaryClassification)]
    [DataRow(LearningTask.MulticlassClassification)]
    [DataRow(LearningTask.Regression)]
    public void MoreEffortIsMoreOfEverythingThatCosts(LearningTask task)
    {
        DenseNetDefaults[] recipes = [.. new[] { Effort.Quick, Effort.Standard, Effort.Best }.Select(effort => DenseNetDefaults.For(task, effort))];
        foreach (var (less, more) in recipes.Zip(recipes.Skip(1)))
        {
            Assert.IsLessThan(more.WorkBudget, less.WorkBudget);
            Assert.IsLessThan(more.WorkPerRow, less.WorkPerRow);
            Assert.IsLessThan(more.HiddenUnits.Sum(), less.HiddenUnits.Sum());
            Assert.IsLessThan(more.MaximumTrainedFolds, less.MaximumTrainedFolds);
            Assert.IsLessThan(more.EarlyStoppingRound, less.EarlyStoppingRound);
            Assert.IsLessThan(more.EarlyStoppingSteps, less.EarlyStoppingSteps);
        }

        Assert.AreEqual(DenseNetDefaults.For(task).WorkBudget, recipes[1].WorkBudget);
    }

    [TestMethod]
    public void FewRowsStopNoSoonerThanAfterTheirSteps()
    {
        // Labels at random: the best epoch is an early one, and 48 rows to learn from are one step an epoch.
        var random = new Random(2);
        var mlContext = new MLContext(seed: 4);
        var rows = mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(_ => new NoiseRow { Features = [random.NextSingle(), random.NextSingle()], Label = random.NextSingle() }));
        int WaitOf(int steps)
        {
            var history = mlContext.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
            {
                Defaults = DenseNetDefaults.For(LearningTask.Regression) with { EarlyStoppingRound = 2, EarlyStoppingGrowth = 0, EarlyStoppingSteps = steps, MaximumTrainedFolds = 1 },
            }).Fit(rows).Model.Network.History;
            Assert.AreEqual(StopReason.EarlyStopping, history.StopReason);
            return history.Count - history.BestEpoch;
        }

        Assert.AreEqual(2, WaitOf(0));
        Assert.AreEqual(30, WaitOf(30));
    }

    [TestMethod]
    public void AnEffortBesideWhatDecidesTheTrainingIsRefused()
    {
        Refused(options => options.HiddenUnits = [8], "HiddenUnits names a network");
        Refused(options => options.Network = Layer.Linear(8), "Network names a network");
        Refused(options => options.EnsembleSize = 4, "EnsembleSize is 4");
        Refused(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression), "Defaults is set");

        static void Refused(Action<DenseNetRegressionTrainer.Options> change, string reason)
        {
            var options = new DenseNetRegressionTrainer.Options { Effort = Effort.Best };
            change(options);
            var exception = Assert.ThrowsExactly<ArgumentException>(() => new MLContext().Regression.Trainers.DenseNet(options));
            Assert.Contains("Effort is Best", exception.Message);
            Assert.Contains(reason, exception.Message);
        }
    }

    [TestMethod]
    public void AnEffortThatDoesNotExistIsRefused()
    {
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MLContext().Regression.Trainers.DenseNet(effort: (Effort)7));
        Assert.Contains("Effort is 7", exception.Message);
    }

    private sealed class NoiseRow
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
