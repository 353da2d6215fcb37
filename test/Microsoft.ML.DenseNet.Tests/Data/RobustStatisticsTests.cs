namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class RobustStatisticsTests
{
    [TestMethod]
    [DataRow(6)]
    [DataRow(200)] // kept sparse
    public void TheNumberOfThreadsChangesNothing(int width)
    {
        var view = new GeneratedView(500, width, width == 6 ? GeneratedRows.Classes : GeneratedRows.Wide);
        var rows = new RowReader(view.Schema, "Features", "Label", null, allowMissingFeatures: true).Read(view, default);
        Assert.AreEqual(width == 200, rows.IsSparse);
        var one = RobustStatistics.Of(rows, bins: 8, threads: 1);
        var three = RobustStatistics.Of(rows, bins: 8, threads: 3);
        CollectionAssert.AreEqual(one.Center, three.Center);
        CollectionAssert.AreEqual(one.Scale, three.Scale);
        CollectionAssert.AreEqual(one.IsBinary, three.IsBinary);
        for (int i = 0; i < width; i++)
            CollectionAssert.AreEqual(one.Edges[i], three.Edges[i]);
    }

    [TestMethod]
    public void MediansAndQuartilesAreThoseOfNumpy()
    {
        // np.quantile([1, 2, 4, 8, 100], [.25, .5, .75]) is 2, 4, 8; of the first four numbers 1.75, 3, 5.
        float nan = float.NaN;
        var statistics = RobustStatistics.Of(Rows([1, 1, 5, 0, nan], [100, nan, 5, 0, nan], [4, 4, 5, 0, nan], [8, 8, 5, 1, nan], [2, 2, 5, 0, nan]));
        CollectionAssert.AreEqual(new float[] { 4, 3, 5, 0, 0 }, statistics.Center);
        CollectionAssert.AreEqual(new float[] { 1 / 6f, 1 / 3.25f, 0, 2, 0 }, statistics.Scale);
        CollectionAssert.AreEqual(new[] { false, false, true, true, true }, statistics.IsBinary);
    }

    [TestMethod]
    public void RareValuesOfAMostlyConstantFeatureKeepTheirDifferences()
    {
        // Eight zeros; the distances of the others are 2, 3, 5 and 1000, whose median is 4.
        var statistics = RobustStatistics.Of(Rows([0], [0], [0], [0], [2], [0], [0], [-3], [0], [0], [5], [0], [1000], [0], [0], [0], [0], [0], [0], [0]));
        Assert.AreEqual(0, statistics.Center[0]);
        Assert.AreEqual(0.25f, statistics.Scale[0]);
        Assert.IsFalse(statistics.IsBinary[0]);
    }

    [TestMethod]
    public void ManyRowsInManyBlocksAreLookedAtEvenly()
    {
        const int Count = 200_000;
        var blocks = new List<RowBlock>();
        for (int start = 0; start < Count; start += 777)
        {
            int rows = Math.Min(777, Count - start);
            blocks.Add(new RowBlock(rows, Enumerable.Range(start, rows).Select(value => (float)value).ToArray(), new float[rows], default));
        }

        var statistics = RobustStatistics.Of(new RowSet(1, false, blocks));
        Assert.AreEqual(Count / 2, statistics.Center[0], 10);
        Assert.AreEqual(2.0 / Count, statistics.Scale[0], 1e-3 / Count);
    }

    private static RowSet Rows(params float[][] rows) =>
        new(rows[0].Length, false, [new RowBlock(rows.Length, rows.SelectMany(row => row).ToArray(), new float[rows.Length], default)]);
}
