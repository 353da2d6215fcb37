namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What the options IntervalCoverages and SetCoverage refuse, and when.</summary>
[TestClass]
public sealed class CoverageOptionTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Coverages_are_in_their_range_and_different()
    {
        foreach (double coverage in (double[])[0, 0.009, 1, 0.99999, -0.1, 95, double.NaN])
        {
            StringAssert.StartsWith(Refusal<ArgumentOutOfRangeException>(new() { IntervalCoverages = [coverage] }), FormattableString.Invariant($"IntervalCoverages is {coverage}; it must be from 0.01 to 0.9999."));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { SetCoverage = coverage }));
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { SetCoverage = coverage }));
        }

        Assert.AreEqual("IntervalCoverages has 0.9 twice: name each coverage once.", Refusal<ArgumentException>(new() { IntervalCoverages = [0.9, 0.8, 0.9] }));
        Assert.AreEqual("IntervalCoverages has 65 coverages; at most 64 are possible.", Refusal<ArgumentException>(new() { IntervalCoverages = [.. Enumerable.Range(1, 65).Select(i => i / 100.0)] }));
    }

    [TestMethod]
    public void Without_held_out_rows_training_does_not_begin()
    {
        var options = new DenseNetRegressionTrainer.Options { HiddenUnits = [4], IntervalCoverages = [0.9], Progress = _ => Assert.Fail("an epoch was trained") };
        string message = Refusal(options, NoisyRow.Create(100, 1));
        Assert.AreEqual("IntervalCoverages has a coverage of 0.9, which is reached on rows that the networks do not learn from, but there are none: set ValidationFraction, or give Fit validation data. The default network holds rows out by itself if it has enough of them.", message);

        options.HiddenUnits = null;
        Assert.AreEqual(message, Refusal(options, NoisyRow.Create(30, 1)), "too few for folds of the default network");
    }

    [TestMethod]
    public void Too_few_held_out_rows_for_a_coverage_are_refused_before_training()
    {
        var options = new DenseNetRegressionTrainer.Options { HiddenUnits = [4], ValidationFraction = 0.18, IntervalCoverages = [0.5, 0.95], Progress = _ => Assert.Fail("an epoch was trained") };
        Assert.AreEqual(
            "IntervalCoverages has a coverage of 0.95, which takes at least 19 rows that the networks do not learn from, but there are 18: give more rows, a larger ValidationFraction, or lower coverages.",
            Refusal(options, NoisyRow.Create(100, 1)));

        options.Progress = null;
        options.NumberOfEpochs = 1;
        options.ValidationFraction = 0.19;
        Assert.HasCount(2, _ml.Regression.Trainers.DenseNet(options).Fit(_ml.Data.LoadFromEnumerable(NoisyRow.Create(100, 1))).Model.Network.IntervalCoverages);
    }

    [TestMethod]
    public void Too_few_rows_by_weight_are_refused()
    {
        var rows = NoisyRow.Create(200, 1);
        foreach (var row in rows)
            row.Weight = 1e-3f;
        rows[3].Weight = rows[7].Weight = 1000;
        var options = new DenseNetRegressionTrainer.Options { HiddenUnits = [4], NumberOfEpochs = 1, ExampleWeightColumnName = "Weight", IntervalCoverages = [0.9] };
        var data = _ml.Data.LoadFromEnumerable(rows);
        Assert.Contains("but there are 2 (counting rows by their example weights)", Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Regression.Trainers.DenseNet(options).Fit(data, data)).Message);
    }

    [TestMethod]
    public void Coverages_come_out_in_ascending_order()
    {
        var options = new DenseNetRegressionTrainer.Options { HiddenUnits = [4], NumberOfEpochs = 1, ValidationFraction = 0.3, IntervalCoverages = [0.9, 0.5, 0.8] };
        var network = _ml.Regression.Trainers.DenseNet(options).Fit(_ml.Data.LoadFromEnumerable(NoisyRow.Create(200, 1))).Model.Network;
        CollectionAssert.AreEqual(new[] { 0.5, 0.8, 0.9 }, network.IntervalCoverages.ToArray());
    }

    private string Refusal<TException>(DenseNetRegressionTrainer.Options options)
        where TException : Exception => Assert.ThrowsExactly<TException>(() => _ml.Regression.Trainers.DenseNet(options)).Message;

    private string Refusal(DenseNetRegressionTrainer.Options options, NoisyRow[] rows) =>
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Regression.Trainers.DenseNet(options).Fit(_ml.Data.LoadFromEnumerable(rows))).Message;
}
