namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Comparison of rows with training rows: against closed forms, and the distribution that chance has.</summary>
[TestClass]
public sealed class DriftTests
{
    [TestMethod]
    public void The_index_of_two_values_has_its_closed_form()
    {
        var network = WithStatistics(Coins(30_000, 0.5));
        var drift = network.Check(Coins(100_000, 0.7), 100_000).Features.Single();
        Assert.AreEqual(0.2 * Math.Log(7 / 3.0), drift.StabilityIndex, 1e-4); // (0.7 − 0.5) ln 1.4 + (0.3 − 0.5) ln 0.6
        Assert.AreEqual(DriftLevel.Moderate, drift.Level);
        Assert.AreEqual(3.841 * ((1 / 30_000.0) + 1e-5), drift.ChanceIndex, 8e-6); // the 95 % quantile of χ² with one degree of freedom
        Assert.AreEqual((0f, 1f, 0.0), (drift.Minimum, drift.Maximum, drift.OutsideShare));
        Assert.AreEqual(0.7, drift.Bins[1].Share, 1e-9);
        Assert.AreEqual(0.5, drift.Bins[1].TrainingShare, 1e-6);
    }

    [TestMethod]
    public void Of_quantiles_the_prediction_that_is_watched_is_the_median()
    {
        var network = UncertainNetworks.Quantiles;
        float[] rows = Normal(3 * 200, 0, seed: 4);
        float[] outputs = new float[3 * 200];
        network.PredictBlock(rows, 200, outputs);
        float[] medians = [.. Enumerable.Range(0, 200).Select(row => outputs[(3 * row) + 1])];
        network = network.WithStatistics(network.ComputeStatistics(rows, 200));
        var prediction = (NumberStatistics)network.Statistics!.Prediction!.Distribution;
        Assert.AreEqual((medians.Min(), medians.Max()), (prediction.Minimum, prediction.Maximum));
        Assert.AreEqual(0, network.Check(rows, 200).Prediction!.StabilityIndex, 1e-9, "the same rows are compared with themselves");
    }

    [TestMethod]
    public void The_index_of_a_shifted_normal_is_the_sum_over_its_quantile_bins()
    {
        const int Rows = 60_000;
        const double Shift = 0.6;
        var network = WithStatistics(Normal(Rows, 0, seed: 1));
        var drift = network.Check(Normal(Rows, Shift, seed: 2), Rows).Features.Single();

        var edges = ((NumberStatistics)network.Statistics!.Features[0]).BinStarts.Skip(1).Select(edge => (double)edge).ToArray();
        double[] ends = [double.NegativeInfinity, .. edges, double.PositiveInfinity];
        double expected = 0;
        for (int bin = 0; bin + 1 < ends.Length; bin++)
        {
            double e = Phi(ends[bin + 1]) - Phi(ends[bin]), a = Phi(ends[bin + 1] - Shift) - Phi(ends[bin] - Shift);
            expected += (a - e) * Math.Log(a / e);
        }

        Assert.IsTrue(expected is > 0.3 and < Shift * Shift, "binning only loses some of the divergence, which is the shift's square");
        Assert.AreEqual(expected, drift.StabilityIndex, 0.015);
        Assert.AreEqual(DriftLevel.Large, drift.Level);
    }

    [TestMethod]
    [DataRow(50)]
    [DataRow(500)]
    public void Without_drift_the_index_exceeds_chance_in_one_of_twenty_cases(int rows)
    {
        const int Cases = 400, TrainingRows = 2000;
        int above = 0;
        double sum = 0;
        for (int i = 0; i < Cases; i++)
        {
            var network = WithStatistics(Normal(TrainingRows, 0, seed: 1000 + i));
            var drift = network.Check(Normal(rows, 0, seed: 5000 + i), rows).Features.Single();
            above += drift.StabilityIndex > drift.ChanceIndex ? 1 : 0;
            sum += drift.StabilityIndex;
            Assert.IsTrue(drift.Level == DriftLevel.None || drift.StabilityIndex > drift.ChanceIndex);
        }

        Assert.AreEqual(0.05, above / (double)Cases, 0.035); // three standard errors
        double mean = 9 * ((1.0 / TrainingRows) + (1.0 / rows)); // of χ² with nine degrees of freedom
        Assert.AreEqual(mean, sum / Cases, 0.12 * mean);
    }

    [TestMethod]
    public void Rows_outside_the_range_are_flagged_with_slot_value_and_bound()
    {
        var network = Named(WithStatistics([1, 10, 2, 20, 3, 30], width: 2), ["age", "pay"]);
        float[] rows = [2, 15, 0, 15, 3, 31, float.NaN, 15, float.PositiveInfinity, float.NegativeInfinity];
        var report = network.Check(rows, 5);
        Assert.AreEqual((5L, 4L, 0.8), (report.RowCount, report.FlaggedRowCount, report.FlaggedShare));
        Assert.AreSequenceEqual(new long[] { 1, 2, 3, 4 }, report.FlaggedRows.Select(row => row.Row));
        Assert.AreEqual(new RowFlag("age", 0, 0, RowFlagReason.BelowRange, 1), report.FlaggedRows[0].Flags.Single());
        Assert.AreEqual(new RowFlag("pay", 1, 31, RowFlagReason.AboveRange, 30), report.FlaggedRows[1].Flags.Single());
        Assert.AreEqual(new RowFlag("age", 0, float.NaN, RowFlagReason.Missing), report.FlaggedRows[2].Flags.Single());
        Assert.AreSequenceEqual(new[] { RowFlagReason.AboveRange, RowFlagReason.BelowRange }, report.FlaggedRows[3].Flags.Select(flag => flag.Reason));
        var age = report.Features.Single(feature => feature.Name == "age");
        Assert.AreEqual((0.0, 0.2, 1f, 3f, 0f, float.PositiveInfinity), (age.TrainingMissingShare, age.MissingShare, age.TrainingMinimum, age.TrainingMaximum, age.Minimum, age.Maximum));
        Assert.AreEqual(0.4, age.OutsideShare, 1e-12);
        StringAssert.Contains(report.ToString(), "row 2: pay is 31, above 30");
        StringAssert.Contains(report.ToString(), "5 rows: ");

        Assert.IsEmpty(network.Check(rows, 5, flaggedRows: 0).FlaggedRows);
        Assert.HasCount(2, network.Check(rows, 5, flaggedRows: 2).FlaggedRows);
        Assert.AreEqual(4, network.Check(rows, 5, flaggedRows: 2).FlaggedRowCount);
    }

    [TestMethod]
    public void A_constant_that_changes_drifts_and_one_that_stays_does_not()
    {
        var network = WithStatistics([.. Enumerable.Repeat(5f, 1000)]);
        var same = network.Check([.. Enumerable.Repeat(5f, 400)], 400).Features.Single();
        Assert.AreEqual((0.0, 0.0, DriftLevel.None), (same.StabilityIndex, same.OutsideShare, same.Level));
        var other = network.Check([.. Enumerable.Repeat(7f, 400)], 400).Features.Single();
        Assert.AreEqual((1.0, DriftLevel.Large), (other.OutsideShare, other.Level));
        Assert.IsGreaterThan(5, other.StabilityIndex);
    }

    [TestMethod]
    public void A_number_that_was_always_missing_and_one_that_now_is_are_seen()
    {
        var network = WithStatistics([.. Enumerable.Range(0, 300).SelectMany(i => new[] { float.NaN, i })], width: 2);
        Assert.AreEqual(0, network.Check([.. Enumerable.Range(0, 300).SelectMany(i => new[] { float.NaN, i })], 300).Features.Sum(feature => feature.StabilityIndex), 1e-12);
        var report = network.Check([.. Enumerable.Range(0, 300).SelectMany(i => new[] { i, float.NaN })], 300);
        Assert.IsTrue(report.Features.All(feature => feature.Level == DriftLevel.Large), report.ToString());
        var first = report.Features.Single(feature => feature.Slot == 0);
        Assert.AreEqual((1.0, 0.0, 1.0), (first.TrainingMissingShare, first.MissingShare, first.OutsideShare));
        var second = report.Features.Single(feature => feature.Slot == 1);
        Assert.AreEqual((0.0, 1.0), (second.TrainingMissingShare, second.MissingShare));
        Assert.IsTrue(float.IsNaN(second.Minimum));
        Assert.AreEqual(300, report.FlaggedRowCount);
    }

    [TestMethod]
    public void Unseen_categories_are_flagged_and_pooled_ones_are_not()
    {
        var plain = TestNetworks.Create(5, 1);
        float[] training = [.. Enumerable.Range(0, 300).SelectMany(i => new float[] { i % 3 == 0 ? 1 : 0, i % 3 == 1 ? 1 : 0, i % 3 == 2 ? 1 : 0, 0, i })];
        var network = plain.WithStatistics(plain.ComputeStatistics(training, 300, categories: [new SlotRange(0, 4)]));
        network = Named(network, ["Color.red", "Color.green", "Color.blue", "Color.x.y", "size"]);
        var report = network.Check([0, 0, 0, 1, 5, /**/ 0, 0, 0, 0, 6, /**/ 1, 0, 0, 0, 7], 3);
        Assert.AreSequenceEqual(new[] { new RowFlag("Color.x.y", 3, 1, RowFlagReason.UnseenCategory), new RowFlag("Color", 0, 0, RowFlagReason.UnseenCategory) }, report.FlaggedRows.SelectMany(row => row.Flags));
        var color = report.Features.Single(feature => feature.Slot == 0);
        Assert.AreEqual(("Color", 4, 2 / 3.0, 1 / 3.0), (color.Name, color.SlotCount, color.OutsideShare, color.MissingShare));
        Assert.AreSequenceEqual(new[] { "Color.red", "Color.green", "Color.blue", "unseen", "none" }, color.Bins.Select(bin => bin.Name));

        // A third of each becomes half of one and half of another: Σ (a − e) ln(a / e).
        var moved = network.Check([.. Enumerable.Range(0, 30_000).SelectMany(i => new float[] { i % 2, (i + 1) % 2, 0, 0, i % 300 })], 30_000).Features.Single(feature => feature.Slot == 0);
        double e = 100.5 / 301.5, none = 0.5 / 30_001.5, half = 15_000.5 / 30_001.5;
        Assert.AreEqual((2 * (half - e) * Math.Log(half / e)) + ((none - e) * Math.Log(none / e)), moved.StabilityIndex, 1e-5);

        // With pooled categories, a rare one may have been among them.
        var pooled = new StatisticsBuilder(100, [new SlotRange(0, 100)]);
        for (int i = 0; i < 500; i++)
            pooled.Count([i % 90], [1]);
        var wide = TestNetworks.Create(100, 1).WithStatistics(pooled.Build());
        float[] rare = new float[100];
        rare[95] = 1;
        Assert.AreEqual(0, wide.Check(rare, 1).FlaggedRowCount);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void A_monitor_counts_sparse_rows_as_their_dense_form(int seed)
    {
        var random = new Random(seed);
        var plain = TestNetworks.Create(12, 1).With(new NetworkSignature(LearningTask.BinaryClassification));
        float[] Rows(int count) => [.. Enumerable.Range(0, count * 12).Select(_ => random.Next(3) > 0 ? 0 : random.Next(20) == 0 ? float.NaN : random.Next(-2, 5))];
        float[] training = Rows(100), later = Rows(300);
        var network = plain.WithStatistics(plain.ComputeStatistics(training, 100, categories: [new SlotRange(2, 3), new SlotRange(8, 2)]));
        var dense = network.Check(later, 300);
        var monitor = network.CreateDriftMonitor();
        float[] prediction = new float[1];
        for (int row = 0; row < 300; row++)
        {
            float[] values = later[(row * 12)..((row + 1) * 12)];
            int[] stored = [.. Enumerable.Range(0, 12).Where(slot => values[slot] != 0)];
            network.Predict(values, prediction);
            var flags = monitor.Add(stored, [.. stored.Select(slot => values[slot])], prediction);
            Assert.AreSequenceEqual(dense.FlaggedRows.Where(flagged => flagged.Row == row).SelectMany(flagged => flagged.Flags), flags);
        }

        Assert.AreEqual(dense.ToString(), monitor.ToReport().ToString());
        Assert.AreEqual(300, monitor.RowCount);
        Assert.IsGreaterThan(0, dense.FlaggedRowCount);
    }

    [TestMethod]
    public void One_row_and_ten_thousand_features_are_checked()
    {
        float[] training = [.. Enumerable.Range(0, 30_000).Select(i => (float)(i % 7))];
        var network = TestNetworks.Create(Layer.Linear(1), 10_000);
        network = network.WithStatistics(network.ComputeStatistics(training, 3));
        var report = network.Check(training.AsSpan(0, 10_000), 1);
        Assert.AreEqual((1L, 0L, 10_000 - (TrainingStatistics.MaximumEntries / NumberStatistics.MaximumBins)), (report.RowCount, report.FlaggedRowCount, report.UncheckedSlots));
        Assert.IsTrue(report.Features.All(feature => feature.Level == DriftLevel.None), "one row shows no drift");
    }

    [TestMethod]
    public void Predictions_are_compared_for_each_task()
    {
        float[] training = Normal(3000, 0, seed: 1), later = Normal(3000, 2, seed: 2);
        var regression = WithStatistics(training, network: TestNetworks.Create(Layer.Linear(1), 1));
        float slope = regression.Parameters.Span[0], bias = regression.Parameters.Span[1];
        var drift = regression.Check(later, 3000).Prediction!;
        Assert.AreEqual(training.Select(value => (slope * value) + bias).Min(), drift.TrainingMinimum, 1e-4f);
        Assert.AreEqual(DriftLevel.Large, drift.Level);

        var binary = TestNetworks.Create(Layer.Linear(1), 1).With(new NetworkSignature(LearningTask.BinaryClassification));
        var probability = binary.WithStatistics(binary.ComputeStatistics(training, 3000)).Check(later, 3000).Prediction!;
        Assert.AreEqual(drift.StabilityIndex, probability.StabilityIndex, 0.05 * drift.StabilityIndex, "a monotone map changes no quantile bins");
        Assert.IsTrue(probability.TrainingMinimum > 0 && probability.TrainingMaximum < 1);

        var classes = TestNetworks.Create(Layer.Linear(3), 1).With(new NetworkSignature(LearningTask.MulticlassClassification) { ClassNames = ["a", "b", "c"] });
        classes = classes.WithStatistics(classes.ComputeStatistics(training, 3000));
        var predicted = classes.Check(later, 3000).Prediction!;
        for (int i = 0; i < predicted.Bins.Count; i++)
        {
            string name = predicted.Bins[i].Name;
            Assert.AreEqual(later.Count(value => classes.PredictClass([value]).Name == name) / 3000.0, predicted.Bins[i].Share, 1e-9);
            Assert.AreEqual(training.Count(value => classes.PredictClass([value]).Name == name) / 3000.0, predicted.Bins[i].TrainingShare, 2e-6);
        }
    }

    [TestMethod]
    public void Errors_name_what_to_do()
    {
        var network = TestNetworks.Create(2, 1);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => network.Check([1f, 2f], 1)).Message, nameof(DenseNetOptions.StoreStatistics));
        var statistics = network.ComputeStatistics([1f, 2f, 3f, 4f], 2);
        network = network.WithStatistics(statistics);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => network.Check([], 0));
        Assert.ThrowsExactly<ArgumentException>(() => network.Check([1f], 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => network.Check([1f, 2f], 1, flaggedRows: -1));
        Assert.ThrowsExactly<InvalidOperationException>(() => network.CreateDriftMonitor().ToReport());
        var monitor = network.CreateDriftMonitor();
        Assert.ThrowsExactly<ArgumentException>(() => monitor.Add([1f]));
        Assert.ThrowsExactly<ArgumentException>(() => monitor.Add([1f, 2f], [1f, 2f]));
        Assert.ThrowsExactly<ArgumentException>(() => monitor.Add([1, 0], [1f, 2f], []));
        Assert.ThrowsExactly<ArgumentException>(() => monitor.Add([0, 1], [1f], []));
        Assert.AreEqual(0, monitor.RowCount);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TestNetworks.Create(3, 1).WithStatistics(statistics)).Message, "2 features");
        Assert.ThrowsExactly<ArgumentException>(() => TestNetworks.Create(2, 3).WithStatistics(statistics));
        Assert.ThrowsExactly<ArgumentException>(() => network.ComputeStatistics([1f, 2f], 1, [float.NaN]));
        Assert.ThrowsExactly<ArgumentException>(() => network.ComputeStatistics([1f, 2f], 1, categories: [new SlotRange(0, 3)]));
        Assert.ThrowsExactly<ArgumentException>(() => network.ComputeStatistics([1f, 2f], 1, categories: [new SlotRange(0, 1), new SlotRange(0, 1)]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => network.ComputeStatistics([], 0));
        Assert.IsNull(network.WithStatistics(null).Statistics);
    }

    private static TrainedNetwork WithStatistics(float[] training, int width = 1, TrainedNetwork? network = null)
    {
        network ??= TestNetworks.Create(width, 1);
        return network.WithStatistics(network.ComputeStatistics(training, training.Length / width));
    }

    private static TrainedNetwork Named(TrainedNetwork network, string[] names) => network.With(network.Signature with { FeatureNames = names });

    private static float[] Coins(int rows, double share) => [.. Enumerable.Range(0, rows).Select(i => i < rows * share ? 1f : 0f)];

    private static float[] Normal(int rows, double mean, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => (float)(mean + (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))))];
    }

    /// <summary>The normal distribution function, by Simpson's rule.</summary>
    private static double Phi(double x)
    {
        if (double.IsInfinity(x))
            return x < 0 ? 0 : 1;
        const int Steps = 2000;
        double sum = 0, step = x / Steps;
        for (int i = 0; i <= Steps; i++)
            sum += Math.Exp(-i * step * i * step / 2) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        return 0.5 + (sum * step / 3 / Math.Sqrt(2 * Math.PI));
    }
}
