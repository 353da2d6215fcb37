using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class WilcoxonTests
{
    [TestMethod]
    [DataRow(new[] { 1.0, 2, 3, 4, 5 }, 2 * 1 / 32.0, DisplayName = "All positive: one of 2^5 sign patterns on each side")]
    [DataRow(new[] { -1.0, 2, 3, 4, 5 }, 2 * 2 / 32.0, DisplayName = "Sums up to 1: {} and {1}")]
    [DataRow(new[] { 1.0, 2, -3, 4, 5 }, 2 * 5 / 32.0, DisplayName = "Sums up to 3: {}, {1}, {2}, {3}, {1, 2}")]
    [DataRow(new[] { 1.0, -2, -3, 4 }, 1.0, DisplayName = "Even sums")]
    [DataRow(new[] { 0.0, 0, 1, 2, 3 }, 2 * 1 / 8.0, DisplayName = "Zeros are left out")]
    [DataRow(new[] { 1.0, 1, -1, 1 }, 2 * 5 / 16.0, DisplayName = "Ties have rank 2.5 each: none or one is negative")]
    [DataRow(new[] { 0.0, 0 }, 1.0, DisplayName = "Nothing but zeros")]
    [DataRow(new double[0], 1.0, DisplayName = "Nothing")]
    public void P_counts_sign_patterns(double[] differences, double expected)
    {
        Assert.AreEqual(expected, Wilcoxon.SignedRankP(differences), 1e-15);
        Assert.AreEqual(expected, Wilcoxon.SignedRankP(differences.Select(value => -value)), 1e-15);
    }

    [TestMethod]
    public void P_is_the_share_of_all_sign_patterns_with_a_sum_as_uneven()
    {
        var random = new Random(4);
        for (int run = 0; run < 20; run++)
        {
            double[] differences = [.. Enumerable.Range(0, 10).Select(_ => random.Next(-6, 9) / 2.0)]; // with ties and zeros

            Assert.AreEqual(ByEnumeration(differences), Wilcoxon.SignedRankP(differences), 1e-12);
        }
    }

    [TestMethod]
    public void P_of_many_is_near_the_normal_approximation()
    {
        double[] differences = [.. Enumerable.Range(1, 200).Select(rank => rank % 5 < 2 ? -rank : (double)rank)];
        double sum = differences.Where(value => value > 0).Sum(), mean = 200 * 201 / 4.0, deviation = Math.Sqrt(200.0 * 201 * 401 / 24);

        Assert.AreEqual(2 * (1 - Normal((sum - mean) / deviation)), Wilcoxon.SignedRankP(differences), 0.002);
    }

    private static double ByEnumeration(double[] differences)
    {
        double[] values = [.. differences.Where(value => value != 0)];
        double[] ranks = [.. values.Select(value => values.Count(other => Math.Abs(other) < Math.Abs(value)) + ((values.Count(other => Math.Abs(other) == Math.Abs(value)) + 1) / 2.0))];
        double Unevenness(Func<int, bool> isPositive) => Math.Abs(ranks.Select((rank, i) => isPositive(i) ? rank : -rank).Sum());
        double observed = Unevenness(i => values[i] > 0);
        int patterns = 1 << values.Length;
        return Enumerable.Range(0, patterns).Count(pattern => Unevenness(i => (pattern >> i & 1) == 1) >= observed) / (double)patterns;
    }

    /// <summary>The normal distribution function, integrated by Simpson's rule.</summary>
    private static double Normal(double z)
    {
        const int Steps = 1000;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
            sum += Math.Exp(-z * i / Steps * z * i / Steps / 2) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        return 0.5 + (sum * z / Steps / 3 / Math.Sqrt(2 * Math.PI));
    }
}
