using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The passes in host memory compute what torch's autograd computes, whatever the threads and vectors.</summary>
[TestClass]
public sealed class BackpropagationTests
{
    private static IEnumerable<(int Seed, RandomNetwork Network)> SupportedNetworks(int count)
    {
        for (int seed = 0; count > 0; seed++)
        {
            var network = RandomNetworks.Next(new Random(seed));
            using var scope = NewDisposeScope();
            if (network.Layout.ParameterCount == 0 || !BackpropagationProgram.Supports(network.Layout.AfterScaling))
                continue;
            count--;
            yield return (seed, network);
        }
    }

    [TestMethod]
    public void OutputsAndGradientsOfRandomNetworksAreThoseOfAutograd()
    {
        foreach (var (seed, network) in SupportedNetworks(250))
        {
            if (network.Layout.Root.DescendantsAndSelf().Any(node => node.Layer is LayerNormLayer && node.InputWidth < 3))
                continue; // divides rounding errors by each other

            var random = new Random(seed);
            var layout = network.Layout;
            int fewest = layout.Root.DescendantsAndSelf().Any(node => node.Layer is BatchNormLayer) ? 8 : 1; // two rows of a column are normalized to −1 and 1
            int rows = random.Next(fewest, 80);
            using var scope = NewDisposeScope();
            var torchNetwork = new TorchNetwork(layout, CPU, seed: 0) { DropoutFactor = 0 };
            torchNetwork.Load(network.Parameters, network.Buffers);
            var x = tensor(Enumerable.Range(0, rows * layout.InputWidth).Select(_ => (float)RandomNetworks.Normal(random)).ToArray(), [rows, layout.InputWidth]); // as if scaled
            var expected = torchNetwork.ForwardScaled(x, training: true);
            float[] outputGradient = [.. Enumerable.Range(0, (int)expected.numel()).Select(_ => (float)RandomNetworks.Normal(random))];
            torchNetwork.ZeroGradient();
            (expected * tensor(outputGradient, expected.shape)).sum().backward();
            float[] expectedGradient = torchNetwork.CopyGradient();
            string what = $"seed {seed}, {rows} rows: {layout.Layer}";

            using var pass = new HostPass(layout, layout.AfterScaling, network.Parameters, network.Buffers, rows + random.Next(3), threads: random.Next(1, 4), VectorWidths.Available[seed % VectorWidths.Available.Count]);
            float[] outputs = pass.Forward(x.data<float>().ToArray(), rows, training: true, dropoutFactor: 0);
            AssertClose(torchNetwork.CopyBuffers(), pass.Buffers, 2e-5, what + " (buffers)");
            AssertClose(expected.detach().contiguous().data<float>().ToArray(), outputs, 2e-5, what + " (outputs)");
            pass.Backward(outputGradient);
            double least = Math.Max(1e-3, 1e-2 * expectedGradient.Select(Math.Abs).Max()); // a bias before BatchNorm has no gradient but rounding's
            foreach (var place in layout.Tensors.Where(place => place.IsTrained))
            {
                AssertClose(
                    expectedGradient.AsSpan(place.Offset, place.Count).ToArray(), pass.Gradient.AsSpan(place.Offset, place.Count).ToArray(), 2e-4, $"{what} ({place.Name})", least);
            }
        }
    }

    [TestMethod]
    public void BitsDoNotDependOnThreadsOrOnHowTheBatchLies()
    {
        foreach (var (seed, network) in SupportedNetworks(60))
        {
            var random = new Random(seed);
            int rows = random.Next(2, 300);
            using var scope = NewDisposeScope();
            var layers = network.Layout.AfterScaling;
            int width = network.Layout.InputWidth, outputs = layers[^1].OutputWidth;
            float[] features = [.. Enumerable.Range(0, rows * width).Select(_ => (float)RandomNetworks.Normal(random))];
            float[] labels = [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(outputs))];
            float[] weights = [.. Enumerable.Range(0, rows).Select(_ => (float)random.NextDouble())];
            long[] order = [.. Enumerable.Range(0, rows).Select(row => (long)row)];
            random.Shuffle(order);

            using var one = new HostPass(network.Layout, layers, network.Parameters, network.Buffers, rows, threads: 1, seed: seed);
            using var three = new HostPass(network.Layout, layers, network.Parameters, network.Buffers, rows, threads: 3, seed: seed);
            using var gathered = new HostPass(network.Layout, layers, network.Parameters, network.Buffers, rows, threads: 2, seed: seed);
            var loss = new CrossEntropyRowLoss(0.1f, null);
            double expected = one.ComputeGradient(features, labels, weights, order, loss);
            Assert.AreEqual(expected, three.ComputeGradient(features, labels, weights, order, loss), $"seed {seed}");
            CollectionAssert.AreEqual(one.Gradient, three.Gradient, $"seed {seed}");

            float[] inOrder = [.. order.SelectMany(row => features.AsSpan((int)row * width, width).ToArray())];
            Assert.AreEqual(expected, gathered.ComputeGradient(inOrder, [.. order.Select(row => labels[row])], [.. order.Select(row => weights[row])], null, loss), $"seed {seed}");
            CollectionAssert.AreEqual(one.Gradient, gathered.Gradient, $"seed {seed}");
        }
    }

    [TestMethod]
    public void ABatchThatGoesInPartsHasTheGradientOfTheWhole()
    {
        // More rows than are held at once; the gradient of the mean loss is the mean of the parts' gradients.
        const int Rows = 20_000, Inputs = 3;
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.Linear(7), Layer.PReLU(), Layer.LayerNorm(), Layer.Scale, Layer.PeriodicEmbedding(3, 2), Layer.Linear(1)), Inputs, new Random(5));
        var random = new Random(1);
        float[] features = [.. Enumerable.Range(0, Rows * Inputs).Select(_ => (float)RandomNetworks.Normal(random))];
        float[] labels = [.. Enumerable.Range(0, Rows).Select(_ => (float)random.Next(2))];
        using var whole = new HostPass(network.Layout, [network.Layout.Root], network.Parameters, network.Buffers, Rows);
        var loss = new BinaryCrossEntropyRowLoss(1, 0);
        double actual = whole.ComputeGradient(features, labels, null, null, loss);

        double expected = 0;
        var gradient = new double[network.Parameters.Length];
        using var part = new HostPass(network.Layout, [network.Layout.Root], network.Parameters, network.Buffers, 100);
        for (int start = 0; start < Rows; start += 100)
        {
            expected += part.ComputeGradient(features[(start * Inputs)..((start + 100) * Inputs)], labels[start..(start + 100)], null, null, loss) * 100 / Rows;
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] += part.Gradient[i] * 100.0 / Rows;
        }

        Assert.AreEqual(expected, actual, 1e-6);
        AssertClose([.. gradient.Select(value => (float)value)], whole.Gradient[..gradient.Length], 1e-4, "gradient");
    }

    [TestMethod]
    public void RowLossesAreTorchsWithGradients()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            int rows = random.Next(1, 30), classes = random.Next(2, 7);
            double smoothing = random.Next(2) * 0.2, positive = 0.3 + random.NextDouble();
            double[]? classWeights = random.Next(2) == 0 ? null : [.. Enumerable.Range(0, classes).Select(_ => 0.2 + random.NextDouble())];
            float[]? weights = random.Next(2) == 0 ? null : [.. Enumerable.Range(0, rows).Select(_ => (float)random.NextDouble())];
            foreach (var (loss, outputs) in new[] { (Losses.BinaryCrossEntropy(positive, smoothing), 1), (Losses.CrossEntropy(smoothing, classWeights), classes), (Losses.MeanSquaredError(), 1) })
            {
                using var scope = NewDisposeScope();
                float[] x = [.. Enumerable.Range(0, rows * outputs).Select(_ => (float)(RandomNetworks.Normal(random) * (random.Next(5) == 0 ? 40 : 2)))];
                float[] y = [.. Enumerable.Range(0, rows).Select(_ => outputs == 1 ? random.Next(2) : (float)random.Next(outputs))];
                var leaf = tensor(x, [rows, outputs]).requires_grad_();
                var targets = outputs == 1 ? tensor(y, [rows, 1]) : tensor(y).to(ScalarType.Int64);
                var expected = loss.Mean(leaf, targets, weights is null ? null : outputs == 1 ? tensor(weights, [rows, 1]) : tensor(weights));
                expected.backward();

                // A network that passes its input on, so that only the loss is at work; its one factor is 1.
                var layout = new NetworkLayout(Layer.Scale, outputs);
                using var pass = new HostPass(layout, [layout.Root], [.. Enumerable.Repeat(1f, outputs)], [], rows);
                Assert.AreEqual(expected.item<float>(), pass.ComputeGradient(x, y, weights, null, loss.RowForm!), 1e-5 * Math.Max(1, Math.Abs(expected.item<float>())), $"{loss}, seed {seed}");
                float[] gradient = leaf.grad!.data<float>().ToArray();
                var sums = new float[outputs];
                for (int i = 0; i < gradient.Length; i++)
                    sums[i % outputs] += gradient[i] * x[i];
                AssertClose(sums, pass.Gradient[..outputs], 1e-4, $"{loss}, seed {seed}");
            }
        }
    }

    [TestMethod]
    public void DropoutKeepsTheMeanAndTheShareAndGoesBackTheSameWay()
    {
        const int Rows = 100, Width = 1000;
        var layout = new NetworkLayout(Layer.Sequential(Layer.Scale, Layer.Dropout(0.3f)), Width);
        using var pass = new HostPass(layout, [layout.Root], [.. Enumerable.Repeat(1f, Width)], [], Rows, threads: 2);
        float[] ones = [.. Enumerable.Repeat(1f, Rows * Width)];
        float[] outputs = pass.Forward(ones, Rows, training: true);
        Assert.AreEqual(0.3, outputs.Count(value => value == 0) / 1e5, 0.01);
        Assert.IsTrue(outputs.All(value => value == 0 || Math.Abs(value - 1 / 0.7f) < 1e-6));

        // Each column's gradient is the sum of what its values were multiplied by.
        pass.Backward(ones);
        for (int column = 0; column < Width; column++)
        {
            float sum = 0;
            for (int row = 0; row < Rows; row++)
                sum += outputs[(row * Width) + column];
            Assert.AreEqual(sum, pass.Gradient[column], 1e-3f);
        }

        CollectionAssert.AreNotEqual(outputs, pass.Forward(ones, Rows, training: true), "the next pass drops others");
        Assert.AreEqual(0.15, pass.Forward(ones, Rows, training: true, dropoutFactor: 0.5).Count(value => value == 0) / 1e5, 0.01);
        CollectionAssert.AreEqual(ones, pass.Forward(ones, Rows, training: false));

        // Neighbours are independent: both dropped in a share of 0.3².
        int both = Enumerable.Range(1, outputs.Length - 1).Count(i => outputs[i - 1] == 0 && outputs[i] == 0);
        Assert.AreEqual(0.09, both / 1e5, 0.01);
    }

    [TestMethod]
    public void AFailureInAPartReachesTheCaller()
    {
        using var team = new WorkTeam(3);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => team.Run(50, part =>
        {
            if (part == 20)
                throw new InvalidOperationException("part 20");
        }));
        Assert.AreEqual("part 20", exception.Message);
        int done = 0;
        for (int i = 0; i < 2000; i++)
            team.Run(1 + (i % 7), _ => Interlocked.Increment(ref done));
        Assert.AreEqual(Enumerable.Range(0, 2000).Sum(i => 1 + (i % 7)), done);
    }

    /// <summary>Compares by the size of what is expected as a whole: sums of terms of both signs cannot be held to their own size.</summary>
    private static void AssertClose(float[] expected, float[] actual, double tolerance, string what, double least = 1e-3)
    {
        Assert.HasCount(expected.Length, actual);
        double size = Math.Max(least, expected.Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance * size, $"{what}, value {i}");
    }
}
