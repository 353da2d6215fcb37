namespace Microsoft.ML.DenseNet.Tests;

/// <summary>How sparse rows are scaled, beside plain formulas over the same rows with their zeros.</summary>
[TestClass]
public sealed class SparseScalingTests
{
    private const int Rows = 4000, Width = 12;

    /// <summary>What a slot holds; 0 for nothing.</summary>
    private static float Value(int slot, int row, Random random) => slot switch
    {
        0 => row % 8 == 0 ? float.NaN : 20_000 + (80_000 * random.NextSingle()), // an income, missing now and then
        1 => 1990 + random.Next(30), // a year
        2 => random.NextSingle(), // a share
        3 => row % 20 == 0 ? 0 : 50 * random.NextSingle(), // mostly there
        4 => row % 20 == 0 ? 0 : random.NextSingle(), // the same, as a word in most normalized texts
        5 => row % 3 == 0 ? 5000 * random.NextSingle() : 0, // large, and rare
        6 => row % 3 == 0 ? 1 + random.Next(5) : 0, // counts
        7 => row % 3 == 0 ? 1 : 0, // a category
        8 => 1, // always the same
        9 => 1e30f, // the same, and huge
        10 => row % 100 == 0 ? 1e30f * random.NextSingle() : 0,
        _ => 0,
    };

    private static (RowBlock Block, float[][] Dense, float[] Weights) Data()
    {
        var random = new Random(1);
        float[][] dense = [.. Enumerable.Range(0, Rows).Select(row => Enumerable.Range(0, Width).Select(slot => Value(slot, row, random)).ToArray())];
        float[] weights = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.Next(1, 4))];
        return (new RowBlock(Rows, default, new float[Rows], weights, Sparse(dense)), dense, weights);
    }

    private static SparseRows Sparse(float[][] dense)
    {
        var stored = dense.Select(row => Enumerable.Range(0, Width).Where(slot => row[slot] != 0).ToArray()).ToArray();
        var starts = new int[dense.Length + 1];
        for (int row = 0; row < dense.Length; row++)
            starts[row + 1] = starts[row] + stored[row].Length;
        return new SparseRows(Width, starts, [.. stored.SelectMany(slots => slots)], [.. stored.SelectMany((slots, row) => slots.Select(slot => dense[row][slot]))]);
    }

    [TestMethod]
    public void NumbersGetMeanAndDeviationAndOthersKeepTheirZeros()
    {
        var (block, dense, weights) = Data();
        var moments = new FeatureMoments(Width);
        moments.Add(block);
        var statistics = moments.ToSparseStatistics();
        for (int slot = 0; slot < Width; slot++)
        {
            (double Value, double Weight)[] present = [.. Enumerable.Range(0, Rows).Where(row => !float.IsNaN(dense[row][slot])).Select(row => ((double)dense[row][slot], (double)weights[row]))];
            double Mean(Func<double, double> of, IEnumerable<(double Value, double Weight)> values) => values.Sum(item => item.Weight * of(item.Value)) / values.Sum(item => item.Weight);
            double mean = Mean(value => value, present);
            double scale = 1 / Math.Sqrt(Mean(value => Math.Pow(value - mean, 2), present));
            if (slot > 3)
                (mean, scale) = (0, slot is 5 or 9 or 10 ? 1 / Math.Sqrt(Mean(value => value * value, present.Where(item => item.Value != 0))) : 1);
            Assert.AreEqual(mean, statistics.Mean[slot], 1e-6 * Math.Abs(mean), $"slot {slot}");
            Assert.AreEqual(scale, statistics.InverseDeviation[slot], 1e-5 * scale, $"slot {slot}");
        }
    }

    [TestMethod]
    public void ScaledRowsAreTheLayersOutputWithoutZeros()
    {
        var (block, dense, _) = Data();
        var rows = new RowSet(Width, true, [block]);
        var statistics = FeatureMoments.Of(rows).ToSparseStatistics();
        var layout = new NetworkLayout(Layer.Sequential(Layer.Standardize, Layer.EmbeddingBag(1)), Width);
        var scaling = SparseScaling.Of(layout, [.. statistics.Mean, .. statistics.InverseDeviation])!;
        var scaled = scaling.Apply(rows).Blocks[0].Sparse!;
        var actual = new float[Width];
        for (int row = 0; row < Rows; row++)
        {
            float[] expected = [.. Enumerable.Range(0, Width).Select(slot => StandardizeLayer.Apply(dense[row][slot], statistics.Mean[slot], statistics.InverseDeviation[slot]))];
            Assert.IsTrue(expected.All(float.IsFinite));
            scaled.CopyRow(row, actual);
            CollectionAssert.AreEqual(expected, actual);
            int[] slots = new int[scaling.MostValues(Width)];
            float[] values = new float[slots.Length];
            int count = scaling.Apply(block.Sparse!.RowSlots(row), block.Sparse.RowValues(row), slots, values);
            CollectionAssert.AreEqual(scaled.RowSlots(row).ToArray(), slots[..count]);
            CollectionAssert.AreEqual(scaled.RowValues(row).ToArray(), values[..count]);
            Assert.IsTrue(slots[..count].Zip(slots[1..count], (a, b) => a < b).All(ascends => ascends));
        }
    }

    [TestMethod]
    public void WhatScalingDoesNotChangeIsShared()
    {
        var (block, _, _) = Data();
        var rows = new RowSet(Width, true, [block]);
        var layout = new NetworkLayout(Layer.Sequential(Layer.Standardize, Layer.EmbeddingBag(1)), Width);
        SparseRows Scaled(float mean, float scale)
        {
            float[] buffers = NetworkInitializer.InitializeBuffers(layout, 1);
            (buffers[1], buffers[Width + 1], buffers[Width]) = (mean, scale, 0); // the first slot, which may be missing, does not matter
            return SparseScaling.Of(layout, buffers)!.Apply(rows).Blocks[0].Sparse!;
        }

        Assert.AreSame(block.Sparse!.Slots, Scaled(2000, 0.1f).Slots); // a year is always there
        Assert.AreNotSame(block.Sparse.Values, Scaled(2000, 0.1f).Values);
        Assert.AreSame(rows, SparseScaling.None.Apply(rows));
    }

    [TestMethod]
    public void ScalingThatWouldFillRowsIsNone()
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.Standardize, Layer.EmbeddingBag(1)), Width);
        float[] means = [.. Enumerable.Repeat(1f, Width / 2), .. new float[Width / 2]], scales = [.. Enumerable.Repeat(1f, Width)];
        Assert.IsNull(SparseScaling.Of(layout, [.. means, .. scales]));
        means[0] = 0;
        Assert.IsNotNull(SparseScaling.Of(layout, [.. means, .. scales]));
    }
}
