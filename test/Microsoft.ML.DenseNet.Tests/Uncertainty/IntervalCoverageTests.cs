namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The option IntervalCoverages: intervals hold the label as often as they say, and are wider where the noise is.</summary>
[TestClass]
public sealed class IntervalCoverageTests
{
    private const int TestRows = 4000;

    private static readonly double[] Coverages = [0.8, 0.9, 0.95];

    private static readonly NoisyRow[] Fresh = NoisyRow.Create(TestRows, seed: 1000);

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Folds_of_the_default_network_reach_the_coverages(int seed)
    {
        var rows = NoisyRow.Create(800, seed);
        var network = Fit(rows, new() { NumberOfEpochs = 20, Seed = seed });
        AssertCoverages(network, rows.Length * 4 / 5); // four of five folds are held out in turn
        AssertWiderWhereNoisy(network);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Validation_rows_of_a_named_network_reach_the_coverages(int seed)
    {
        var network = Fit(NoisyRow.Create(2000, seed), Named(seed));
        AssertCoverages(network, 800);
        AssertWiderWhereNoisy(network);
    }

    [TestMethod]
    public void Streamed_rows_reach_the_coverages()
    {
        var options = Named(1);
        options.DataPlacement = DataPlacement.Stream;
        var network = Fit(NoisyRow.Create(2000, 4), options);
        AssertCoverages(network, 800);
        AssertWiderWhereNoisy(network);
    }

    [TestMethod]
    public void Validation_data_of_Fit_is_what_coverages_are_found_on()
    {
        var options = Named(1);
        options.ValidationFraction = null;
        var training = _ml.Data.LoadFromEnumerable(NoisyRow.Create(1000, 5));
        var validation = _ml.Data.LoadFromEnumerable(NoisyRow.Create(1000, 6));
        var network = _ml.Regression.Trainers.DenseNet(options).Fit(training, validation).Model.Network;
        AssertCoverages(network, 1000);
    }

    [TestMethod]
    public void Groups_and_times_are_held_out_whole_and_reach_the_coverages()
    {
        var rows = NoisyRow.Create(1200, 7);
        AssertCoverages(Fit(rows, new() { NumberOfEpochs = 20, SamplingKeyColumnName = nameof(NoisyRow.Group) }), 4 * rows.Length / 5);
        AssertCoverages(Fit(rows, new() { NumberOfEpochs = 20, TimeColumnName = nameof(NoisyRow.Time) }), rows.Length / 5);
    }

    [TestMethod]
    public void Rows_that_differ_by_weight_alone_count_as_often()
    {
        // Half of the rows have ten times the noise and a tenth of the weight: coverage holds for the weighted rows.
        var rows = NoisyRow.Create(3000, 8);
        var random = new Random(9);
        foreach (var row in rows)
        {
            bool isWild = random.Next(2) == 0;
            row.Features[1] = 0;
            row.Label = (float)(row.Mean + ((isWild ? 1 : 0.1) * NoisyRow.Normal(random)));
            row.Weight = isWild ? 0.1f : 1;
        }

        var options = Named(1);
        options.ExampleWeightColumnName = nameof(NoisyRow.Weight);
        var network = Fit(rows[..2000], options);
        var (lower, upper) = Intervals(network, rows[2000..]);
        double total = rows[2000..].Sum(row => row.Weight);
        for (int i = 0; i < Coverages.Length; i++)
        {
            double covered = rows[2000..].Select((row, r) => Holds(lower, upper, r, i, row.Label) ? row.Weight : 0).Sum() / total;
            CoverageBound.Assert(Coverages[i], covered, 480, 600, "by weight"); // as many rows as these weights are worth
        }
    }

    [TestMethod]
    public void Bounds_of_counts_are_at_least_0()
    {
        var rows = NoisyRow.Create(1500, 10);
        var random = new Random(11);
        foreach (var row in rows)
            row.Label = (float)Math.Floor(2 * random.NextDouble() * Math.Exp(row.Features[0]));
        var options = Named(1);
        options.Loss = Losses.Poisson();
        var network = Fit(rows, options);
        var (lower, _) = Intervals(network, Fresh);
        Assert.IsGreaterThanOrEqualTo(0, lower.Min());
        Assert.Contains(0f, lower);
    }

    [TestMethod]
    public void A_label_that_never_changes_has_intervals_without_width()
    {
        var rows = NoisyRow.Create(400, 12);
        foreach (var row in rows)
            row.Label = 3;
        var network = Fit(rows, Named(1));
        Assert.AreEqual(new PredictionInterval(3, 3), network.PredictInterval(rows[0].Features, 0.9));
    }

    [TestMethod]
    public void The_same_fit_gives_the_same_intervals()
    {
        var rows = NoisyRow.Create(600, 13);
        var (first, second) = (Fit(rows, Named(1)), Fit(rows, Named(1)));
        Bits.AreEqual(Intervals(first, Fresh).Lower, Intervals(second, Fresh).Lower, "the lower bounds");
        var options = Named(1);
        options.IntervalCoverages = null;
        Bits.AreEqual(Fit(rows, options).Parameters.Span, first.Parameters.Span, "the network, which intervals do not change");
    }

    private static DenseNetRegressionTrainer.Options Named(int seed) => new()
    {
        HiddenUnits = [32],
        NumberOfEpochs = 30,
        LearningRate = 0.01,
        ValidationFraction = 0.4,
        Seed = seed,
        IntervalCoverages = Coverages,
    };

    private TrainedNetwork Fit(NoisyRow[] rows, DenseNetRegressionTrainer.Options options)
    {
        if (options.HiddenUnits is null)
            options.IntervalCoverages = Coverages;
        return _ml.Regression.Trainers.DenseNet(options).Fit(_ml.Data.LoadFromEnumerable(rows)).Model.Network;
    }

    private static (float[] Lower, float[] Upper) Intervals(TrainedNetwork network, NoisyRow[] rows)
    {
        float[] lower = new float[rows.Length * Coverages.Length], upper = new float[lower.Length];
        network.PredictIntervalBlock([.. rows.SelectMany(row => row.Features)], rows.Length, lower, upper);
        return (lower, upper);
    }

    private static bool Holds(float[] lower, float[] upper, int row, int coverage, float label) =>
        new PredictionInterval(lower[(row * Coverages.Length) + coverage], upper[(row * Coverages.Length) + coverage]).Contains(label);

    private static void AssertCoverages(TrainedNetwork network, int calibrationRows)
    {
        CollectionAssert.AreEqual(Coverages, network.IntervalCoverages.ToArray());
        var (lower, upper) = Intervals(network, Fresh);
        for (int i = 0; i < Coverages.Length; i++)
            CoverageBound.Assert(Coverages[i], Fresh.Where((row, r) => Holds(lower, upper, r, i, row.Label)).Count() / (double)TestRows, calibrationRows, TestRows, "covered");
    }

    /// <summary>Compares with the true 90 % intervals of the rows: the third with the most noise against the third with the least.</summary>
    private static void AssertWiderWhereNoisy(TrainedNetwork network)
    {
        NoisyRow[] byNoise = [.. Fresh.OrderBy(row => row.Deviation)];
        int third = TestRows / 3;
        double Mean(NoisyRow[] rows) => rows.Average(row => (double)network.PredictInterval(row.Features, 0.9).Width);
        double quiet = Mean(byNoise[..third]), loud = Mean(byNoise[^third..]);
        double truth = byNoise[^third..].Average(row => row.Deviation) / byNoise[..third].Average(row => row.Deviation);
        Assert.IsInRange(truth / 2, truth * 2, loud / quiet, $"wider by {loud / quiet:F2}, for {truth:F2} in truth");
        Assert.AreEqual(2 * 1.645 * byNoise[^third..].Average(row => row.Deviation), loud, 0.25 * loud, "the width where it is loud");
    }
}
