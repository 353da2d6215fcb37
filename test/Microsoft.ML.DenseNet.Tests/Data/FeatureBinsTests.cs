namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Bins hold about as many rows each, and no value that is frequent hides the others.</summary>
[TestClass]
public sealed class FeatureBinsTests
{
    [TestMethod]
    public void FewValuesAreEachAnEdge() =>
        CollectionAssert.AreEqual(new float[] { -1, 0, 3, 7 }, Edges([-1, -1, 0, 0, 0, 3, 7], 3));

    [TestMethod]
    public void EvenValuesAreDividedEvenly()
    {
        float[] edges = Edges([.. Enumerable.Range(0, 1000).Select(i => (float)i)], 10);
        Assert.HasCount(11, edges);
        for (int i = 0; i < 10; i++)
            Assert.AreEqual(100, edges[i + 1] - edges[i], 3);
    }

    [TestMethod]
    public void ZerosThatAreNotWrittenOutCountAsOthers()
    {
        float[] sorted = [-2, -1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6];
        for (int bins = 1; bins < 12; bins++)
            CollectionAssert.AreEqual(Edges(sorted, bins), FeatureBins.Edges(new SortedValues(sorted.Where(value => value != 0).ToArray(), 8), bins), $"{bins} bins");
    }

    [TestMethod]
    public void AFeatureThatIsMostlyOneValueHasBinsInItsTail()
    {
        float[] sorted = [.. Enumerable.Repeat(0f, 9200), .. Enumerable.Range(1, 800).Select(i => (float)i)];
        float[] edges = Edges(sorted, 32);
        Assert.HasCount(32, edges); // the zeros take one of the bins
        Assert.AreEqual(0, edges[0]);
        for (int i = 2; i < edges.Length; i++)
            Assert.AreEqual(800.0 / 31, edges[i] - edges[i - 1], 6, $"bin {i}");
    }

    [TestMethod]
    public void RandomFeaturesHaveAscendingEdgesThatCoverThemEvenly()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            int bins = random.Next(1, 50);
            float[] sorted = [.. Enumerable.Range(0, random.Next(1, 2000)).Select(_ => random.Next(3) == 0 ? random.Next(4) : (float)Math.Round(RandomNetworks.Normal(random) * 40, random.Next(3))).Order()];
            float[] edges = Edges(sorted, bins);
            Assert.IsTrue(edges.Length <= bins + 1 && edges.Length >= Math.Min(2, sorted.Distinct().Count()), $"seed {seed}: {edges.Length} edges for {bins} bins");
            Assert.AreEqual(sorted[0], edges[0], $"seed {seed}");
            Assert.AreEqual(sorted[^1], edges[^1], $"seed {seed}");
            for (int i = 1; i < edges.Length; i++)
            {
                Assert.IsGreaterThan(edges[i - 1], edges[i], $"seed {seed}");

                // Inside a bin, between its edges, lie no more rows than a few fair shares.
                int inside = sorted.Count(value => value > edges[i - 1] && value < edges[i]);
                Assert.IsTrue(inside <= 3.0 * sorted.Length / bins, $"seed {seed}: {inside} of {sorted.Length} values inside bin {i} of {bins}");
            }
        }
    }

    private static float[] Edges(float[] sorted, int bins) => FeatureBins.Edges(new SortedValues(sorted), bins);
}
