namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The option SetCoverage: sets hold a row's class at least as often as they say, and are never empty.</summary>
[TestClass]
public sealed class PredictionSetTests
{
    private const int TestRows = 4000;

    private static readonly ClassRow[] Fresh = ClassRow.Create(TestRows, seed: 1000);

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(0.8, 1)]
    [DataRow(0.9, 2)]
    [DataRow(0.95, 3)]
    public void Validation_rows_reach_the_coverage_of_several_classes(double coverage, int seed)
    {
        var network = FitMany(ClassRow.Create(2000, seed), new() { HiddenUnits = [16], NumberOfEpochs = 20, ValidationFraction = 0.4, SetCoverage = coverage, Seed = seed });
        AssertCoverage(network, coverage, 800, row => row.Number);
    }

    [TestMethod]
    public void Folds_of_the_default_network_reach_the_coverage_of_several_classes() =>
        AssertCoverage(FitMany(ClassRow.Create(1000, 4), new() { NumberOfEpochs = 10, SetCoverage = 0.9 }), 0.9, 800, row => row.Number);

    [TestMethod]
    public void Streamed_rows_reach_the_coverage_of_several_classes() =>
        AssertCoverage(FitMany(ClassRow.Create(2000, 5), new() { HiddenUnits = [16], NumberOfEpochs = 20, ValidationFraction = 0.4, DataPlacement = DataPlacement.Stream, SetCoverage = 0.9 }), 0.9, 800, row => row.Number);

    [TestMethod]
    public void Class_weights_do_not_change_whose_coverage_it_is() =>
        AssertCoverage(FitMany(ClassRow.Create(2000, 6), new() { HiddenUnits = [16], NumberOfEpochs = 20, ValidationFraction = 0.4, ClassWeights = ClassWeights.Balanced, SetCoverage = 0.9 }), 0.9, 800, row => row.Number);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Two_classes_reach_the_coverage(bool isDefault)
    {
        var options = new DenseNetBinaryTrainer.Options { NumberOfEpochs = isDefault ? 10 : 20, HiddenUnits = isDefault ? null : [16], ValidationFraction = isDefault ? null : 0.4, SetCoverage = 0.9 };
        var network = _ml.BinaryClassification.Trainers.DenseNet(options).Fit(_ml.Data.LoadFromEnumerable(ClassRow.Create(1500, 7))).Model.Network;
        AssertCoverage(network, 0.9, 600, row => row.Label ? 1 : 0);
    }

    [TestMethod]
    public void A_set_holds_the_classes_until_the_more_probable_ones_exceed_the_limit()
    {
        var random = new Random(1);
        for (int round = 0; round < 1000; round++)
        {
            float[] probabilities = [.. Enumerable.Range(0, random.Next(2, 8)).Select(_ => (float)Math.Round(random.NextDouble(), 1))];
            float sum = probabilities.Sum() + 0.001f;
            probabilities = [.. probabilities.Select(value => value / sum)];
            var rule = new SetRule(0.5, random.NextSingle());
            bool[] set = new bool[probabilities.Length];
            int count = rule.Apply(probabilities, set);

            // The definition, class by class.
            bool[] expected = [.. probabilities.Select((value, label) => probabilities.Where((other, j) => other > value || (other == value && j < label)).OrderDescending().Aggregate(0f, (total, other) => total + other) <= rule.Limit)];
            CollectionAssert.AreEqual(expected, set);
            Assert.AreEqual(set.Count(isIncluded => isIncluded), count);
            Assert.IsGreaterThan(0, count);
            for (int label = 0; label < set.Length; label++)
                Assert.AreEqual(set[label], SetRule.LimitOf(probabilities, label) <= rule.Limit);
        }
    }

    [TestMethod]
    public void A_limit_of_1_includes_every_class()
    {
        bool[] set = new bool[3];
        Assert.AreEqual(3, new SetRule(0.9, 1).Apply([1f, 1e-7f, 1e-8f], set));
        Assert.AreEqual(1, new SetRule(0.9, 0).Apply([0.4f, 0.4f, 0.2f], set));
        CollectionAssert.AreEqual(new[] { true, false, false }, set);
    }

    private TrainedNetwork FitMany(ClassRow[] rows, DenseNetMulticlassTrainer.Options options)
    {
        options.LabelColumnName = "Key";
        var data = _ml.Data.LoadFromEnumerable(rows);
        return _ml.Transforms.Conversion.MapValueToKey("Key", nameof(ClassRow.Number), keyOrdinality: Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue)
            .Append(_ml.MulticlassClassification.Trainers.DenseNet(options)).Fit(data).LastTransformer.Model.Network;
    }

    /// <summary>Sets are made of whole classes, so that they may cover more; with enough classes and no certain rows, hardly.</summary>
    private static void AssertCoverage(TrainedNetwork network, double coverage, int calibrationRows, Func<ClassRow, int> label)
    {
        Assert.AreEqual(coverage, network.SetCoverage);
        int classes = network.Task == LearningTask.BinaryClassification ? 2 : ClassRow.Classes;
        bool[] sets = new bool[TestRows * classes], one = new bool[classes];
        network.PredictSetBlock([.. Fresh.SelectMany(row => row.Features)], TestRows, sets);
        int covered = 0, size = 0;
        for (int row = 0; row < TestRows; row++)
        {
            int count = network.PredictSet(Fresh[row].Features, one);
            CollectionAssert.AreEqual(one, sets[(row * classes)..((row + 1) * classes)]);
            Assert.IsGreaterThan(0, count);
            size += count;
            covered += one[label(Fresh[row])] ? 1 : 0;
        }

        double bound = CoverageBound.Of(coverage, calibrationRows, TestRows);
        Assert.IsInRange(coverage - bound, coverage + bound, covered / (double)TestRows);
        Assert.IsLessThan(classes * TestRows, size, "all classes in every set");
    }
}
