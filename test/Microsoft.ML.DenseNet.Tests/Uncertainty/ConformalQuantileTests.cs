namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The quantile of conformal prediction.</summary>
[TestClass]
public sealed class ConformalQuantileTests
{
    [TestMethod]
    public void A_new_score_does_not_exceed_it_with_at_least_the_coverage_whatever_its_rank()
    {
        // Of n + 1 exchangeable scores each is the new one with probability 1 / (n + 1): the promise, counted.
        for (int n = 1; n <= 60; n++)
        {
            foreach (double coverage in (double[])[0.1, 0.5, 0.8, 0.9, 0.95, 0.99])
            {
                double[] all = [.. Enumerable.Range(0, n + 1).Select(i => (double)i)];
                int covered = 0, unbounded = 0;
                for (int left = 0; left <= n; left++)
                {
                    double? quantile = ConformalQuantile.Of([.. all.Where((_, i) => i != left)], Ones(n), coverage);
                    if (quantile is null)
                        unbounded++;
                    else if (all[left] <= quantile)
                        covered++;
                }

                if (n + 1 < (1 / (1 - coverage)) - 1e-9)
                {
                    Assert.AreEqual(n + 1, unbounded, $"{n} rows are too few for {coverage}");
                    continue;
                }

                Assert.AreEqual(0, unbounded, $"{n} rows are enough for {coverage}");
                double share = covered / (n + 1.0);
                Assert.IsInRange(coverage - 1e-9, coverage + (1.0 / (n + 1)) - 1e-9, share, $"{n} rows for {coverage}");
            }
        }
    }

    [TestMethod]
    public void A_row_of_weight_0_does_not_count()
    {
        double[] scores = [.. Enumerable.Range(0, 40).Select(i => (double)i)];
        Assert.AreEqual(
            ConformalQuantile.Of(scores, Ones(40), 0.9),
            ConformalQuantile.Of([.. scores, 1000, 2000, -5], [.. Ones(40), 0, 0, 0], 0.9));
    }

    [TestMethod]
    public void Weights_count_in_proportion()
    {
        // 1 in 10 of the weight is on large scores, which are half of the rows.
        double[] scores = [.. Enumerable.Range(0, 1000).Select(i => (double)i)], weights = [.. Enumerable.Range(0, 1000).Select(i => i < 500 ? 9.0 : 1.0)];
        double quantile = ConformalQuantile.Of(scores, weights, 0.95)!.Value;
        Assert.AreEqual(750, quantile, 20); // half of the large ones, and the rows that a finite sample adds
        Assert.AreEqual(quantile, ConformalQuantile.Of(scores, [.. weights.Select(weight => 3 * weight)], 0.95));
    }

    [TestMethod]
    public void Equal_weights_are_as_many_rows_as_there_are() =>
        Assert.AreEqual(19, ConformalQuantile.EffectiveRows([.. Enumerable.Repeat(0.3, 19)]), 1e-9);

    private static double[] Ones(int count) => [.. Enumerable.Repeat(1.0, count)];
}
