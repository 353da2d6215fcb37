namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Rows without their zeros have the outputs and gradients of the same rows with them.</summary>
[TestClass]
public sealed class SparseBackpropagationTests
{
    private static readonly int[] Units = [1, 2, 3, 4, 7, 15, 16, 17, 31, 33, 64, 65, 100];

    private static RandomNetwork Network(Random random, int width)
    {
        int Next() => Units[random.Next(Units.Length)];
        Layer network = random.Next(4) switch
        {
            0 => Layer.EmbeddingBag(random.Next(1, 4)),
            1 => Layer.Sequential(Layer.EmbeddingBag(Next()), Layer.Tanh, Layer.Linear(2)),
            2 => Layer.Sequential(Layer.Concat(Layer.EmbeddingBag(Next()), Layer.Sequential(Layer.EmbeddingBag(Next()), Layer.SiLU, Layer.EmbeddingBag(Next()))), Layer.Linear(3)),
            _ => Layer.Sequential(Layer.Sum(Layer.EmbeddingBag(2), Layer.Sequential(Layer.EmbeddingBag(Next()), Layer.Tanh, Layer.Linear(2)))),
        };
        return RandomNetworks.WithWeights(network, width, random);
    }

    [TestMethod]
    public void OutputsAndGradientsAreThoseOfDenseRows()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            int width = random.Next(3) == 0 ? random.Next(1, 70) : random.Next(64, 2000), rows = random.Next(1, 90);
            var network = Network(random, width);
            Assert.IsTrue(BackpropagationProgram.ReadsSparse([network.Layout.Root]));
            var sparse = RandomSparseRows.Create(random, rows, width, most: 12);
            float[] dense = RandomSparseRows.ToDense(sparse, rows);
            float[] labels = [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(network.Layout.OutputWidth))];
            var loss = new CrossEntropyRowLoss(0.1f, null);
            var vectors = VectorWidths.Available[seed % VectorWidths.Available.Count];

            using var expected = new HostPass(network.Layout, [network.Layout.Root], network.Parameters, network.Buffers, rows);
            using var whole = new HostPass(network.Layout, [network.Layout.Root], network.Parameters, network.Buffers, rows, threads: 2, vectors, form: InputForm.Sparse);
            using var apart = new HostPass(network.Layout, [network.Layout.Root], network.Parameters, network.Buffers, rows, threads: 3, vectors, form: InputForm.SparseRows);
            string what = $"seed {seed}, {rows} rows: {network.Layout.Layer}";
            AssertClose(expected.Forward(dense, rows), whole.Forward(sparse, rows), what);
            CollectionAssert.AreEqual(whole.Forward(sparse, rows), apart.Forward(sparse, rows), what);
            AssertClose(expected.Forward(dense, rows), whole.Forward(dense, rows), what + " (a dense row among sparse ones)");

            double mean = expected.ComputeGradient(dense, labels, null, null, loss);
            for (int repeat = 0; repeat < 2; repeat++)
            {
                Assert.AreEqual(mean, whole.ComputeGradient(sparse, labels, null, null, loss), 1e-5 * Math.Max(1, mean), what);
                Assert.AreEqual(mean, apart.ComputeGradient(sparse, labels, null, null, loss), 1e-5 * Math.Max(1, mean), what);
                AssertClose(expected.Gradient[..^1], whole.Gradient[..^1], what);
                CollectionAssert.AreEqual(whole.Gradient[..^1], WrittenOut(apart, sparse, network.Layout), what);
            }
        }
    }

    [TestMethod]
    public void BitsDoNotDependOnThreads()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            const int Rows = 400;
            int width = random.Next(100, 5000);
            var network = Network(random, width);
            var sparse = RandomSparseRows.Create(random, Rows, width, most: 30);
            float[] labels = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.Next(network.Layout.OutputWidth))];
            float[] weights = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.NextDouble())];
            long[] order = [.. Enumerable.Range(0, Rows).Select(row => (long)row)];
            random.Shuffle(order);
            var loss = new CrossEntropyRowLoss(0, null);
            float[]? first = null;
            double mean = 0;
            foreach (int threads in new[] { 1, 2, 5 })
            {
                using var pass = new HostPass(network.Layout, [network.Layout.Root], network.Parameters, network.Buffers, Rows, threads, form: InputForm.SparseRows);
                double loss1 = pass.ComputeGradient(sparse, labels, weights, order, loss);
                float[] gradient = WrittenOut(pass, sparse, network.Layout);
                mean = first is null ? loss1 : mean;
                first ??= gradient;
                Assert.AreEqual(mean, loss1, $"seed {seed}, {threads} threads");
                CollectionAssert.AreEqual(first, gradient, $"seed {seed}, {threads} threads");
            }
        }
    }

    [TestMethod]
    public void ABatchThatGoesInPartsHasTheGradientOfTheWhole()
    {
        const int Rows = 20_000, Width = 300;
        var random = new Random(3);
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.EmbeddingBag(5), Layer.Tanh, Layer.Linear(1)), Width, random);
        var sparse = RandomSparseRows.Create(random, Rows, Width, most: 6);
        float[] labels = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.Next(2))];
        var loss = new BinaryCrossEntropyRowLoss(1, 0);
        using var dense = new HostPass(network.Layout, [network.Layout.Root], network.Parameters, network.Buffers, Rows);
        double mean = dense.ComputeGradient(RandomSparseRows.ToDense(sparse, Rows), labels, null, null, loss);
        foreach (var form in new[] { InputForm.Sparse, InputForm.SparseRows })
        {
            using var pass = new HostPass(network.Layout, [network.Layout.Root], network.Parameters, network.Buffers, Rows, form: form);
            Assert.AreEqual(mean, pass.ComputeGradient(sparse, labels, null, null, loss), 1e-6);
            AssertClose(dense.Gradient[..^1], form == InputForm.Sparse ? pass.Gradient[..^1] : WrittenOut(pass, sparse, network.Layout), form.ToString());
        }
    }

    [TestMethod]
    public void TouchedRowsAloneAreKeptAndNothingIsAllocatedPerStep()
    {
        const int Rows = 64, Width = 50_000, Bag = 8;
        var random = new Random(4);
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.EmbeddingBag(Bag), Layer.ReLU, Layer.Linear(1)), Width, random);
        var sparse = RandomSparseRows.Create(random, Rows, Width, most: 20);
        float[] labels = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.Next(2))];
        var loss = new BinaryCrossEntropyRowLoss(1, 0);
        using var pass = new HostPass(network.Layout, [network.Layout.Root], network.Parameters, network.Buffers, Rows, form: InputForm.SparseRows);
        pass.ComputeGradient(sparse, labels, null, null, loss);
        int[] touched = [.. sparse.Slots.Distinct().Order()];
        CollectionAssert.AreEqual(touched, pass.RowGradients[0].Rows.ToArray());
        Assert.AreEqual(touched.Length * Bag, pass.RowGradients[0].Values.Length);
        Assert.IsTrue(pass.Gradient.AsSpan(0, Width * Bag).IndexOfAnyExcept(float.NaN) < 0, "the flat gradient is not touched");

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            pass.ComputeGradient(sparse, labels, null, null, loss);
        Assert.IsLessThan(100 * 300, GC.GetAllocatedBytesForCurrentThread() - before); // the test's own table of the rows
    }

    [TestMethod]
    public void WhatElseReadsFeaturesNeedsTheirZeros()
    {
        foreach (var (layer, expected) in new[]
        {
            (Layer.Linear(2), false), (Layer.Sequential(Layer.ReLU, Layer.EmbeddingBag(2)), false), (Layer.Concat(Layer.EmbeddingBag(2), Layer.Linear(2)), false),
            (Layer.Residual(Layer.EmbeddingBag(9)), false), (Layer.EmbeddingBag(2), true), (Layer.Sequential(Layer.Sum(Layer.EmbeddingBag(3), Layer.EmbeddingBag(3)), Layer.LayerNorm()), true),
        })
        {
            Assert.AreEqual(expected, BackpropagationProgram.ReadsSparse([new NetworkLayout(layer, 9).Root]), layer.ToString());
        }
    }

    private static float[] WrittenOut(HostPass pass, SparseRows sparse, NetworkLayout layout)
    {
        float[] gradient = pass.Gradient[..layout.ParameterCount];
        int[] touched = [.. sparse.Slots.Distinct().Order()];
        foreach (var matrix in pass.RowGradients)
        {
            CollectionAssert.AreEqual(touched, matrix.Rows.ToArray());
            gradient.AsSpan(matrix.Offset, matrix.Count).Clear();
            for (int i = 0; i < touched.Length; i++)
                matrix.Values.Slice(i * matrix.Width, matrix.Width).CopyTo(gradient.AsSpan(matrix.Offset + (touched[i] * matrix.Width)));
        }

        return gradient;
    }

    /// <summary>Compares by the size of what is expected as a whole: sums of terms of both signs cannot be held to their own size.</summary>
    private static void AssertClose(float[] expected, float[] actual, string what)
    {
        Assert.HasCount(expected.Length, actual);
        double size = Math.Max(1e-3, expected.Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 2e-5 * size, $"{what}, value {i}");
    }
}
