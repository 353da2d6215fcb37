using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class CalibrationMetricsTests
{
    [TestMethod]
    public void Rate_ratio_by_hand()
    {
        Assert.AreEqual(0.9 / 2, CalibrationMetrics.RateRatio([true, false, true], [0.5, 0.1, 0.3]), 1e-15);
        Assert.IsTrue(double.IsNaN(CalibrationMetrics.RateRatio([false], [0.5])));
    }

    [TestMethod]
    public void Expected_error_of_bins_of_two_by_hand()
    {
        // Twenty rows make ten bins of two. In the bin of probabilities p and p + 0.01 both or none happened.
        double[] probabilities = [.. Enumerable.Range(0, 20).Select(i => (i / 2 * 0.1) + (i % 2 * 0.01))];
        bool[] happened = [.. Enumerable.Range(0, 20).Select(i => i >= 10)];
        double expected = Enumerable.Range(0, 10).Average(bin => Math.Abs((bin * 0.1) + 0.005 - (bin >= 5 ? 1 : 0)));
        int[] order = [.. Enumerable.Range(0, 20)];
        new Random(1).Shuffle(order);

        Assert.AreEqual(expected, CalibrationMetrics.ExpectedError(order.Select(i => happened[i]), order.Select(i => probabilities[i])), 1e-12);
    }

    [TestMethod]
    public void Equal_probabilities_share_a_bin()
    {
        // A constant at the rate is calibrated, whatever the order of the rows.
        bool[] happened = [.. Enumerable.Range(0, 40).Select(i => i < 10)];

        Assert.AreEqual(0, CalibrationMetrics.ExpectedError(happened, Enumerable.Repeat(0.25, 40)), 1e-15);
        Assert.AreEqual(0.15, CalibrationMetrics.ExpectedError(happened, Enumerable.Repeat(0.1, 40)), 1e-12);
    }

    [TestMethod]
    public void Expected_error_of_fewer_rows_than_bins_is_that_of_single_rows() =>
        Assert.AreEqual((0.2 + 0.3 + 0.4) / 3, CalibrationMetrics.ExpectedError([true, false, true], [0.8, 0.3, 0.6]), 1e-12);

    [TestMethod]
    public void Expected_error_of_true_probabilities_falls_with_the_rows_and_that_of_halved_ones_does_not()
    {
        var random = new Random(2);
        double[] probabilities = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextDouble())];
        bool[] happened = [.. probabilities.Select(probability => random.NextDouble() < probability)];

        Assert.IsLessThan(0.01, CalibrationMetrics.ExpectedError(happened, probabilities));
        Assert.AreEqual(0.25, CalibrationMetrics.ExpectedError(happened, probabilities.Select(probability => probability / 2)), 0.01, "half of the mean of 0.5 is missing");
    }

    [TestMethod]
    public void Multiclass_names_the_class_that_is_furthest_off()
    {
        // Means 0.5, 0.3 and 0.15; rates 0.5, 0.25 and 0.25; no row has the last class.
        double[][] probabilities = [.. Enumerable.Repeat(new[] { 0.5, 0.3, 0.15, 0.05 }, 4)];
        var metrics = CalibrationMetrics.MeasureMulticlass([0, 0, 1, 2], probabilities).ToDictionary(metric => metric.Metric, metric => metric.Value);

        Assert.AreEqual(0.15 / 0.25, metrics[MetricNames.RateRatio], 1e-12);
        Assert.AreEqual((0 + 0.2 + 0.4) / 3, metrics[MetricNames.RateError], 1e-12);
        Assert.AreEqual(0, metrics[MetricNames.CalibrationError], 1e-12, "half of the rows are of the predicted class, as it says");
    }
}
