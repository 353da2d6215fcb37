using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Ensembles whose members share their weights, in host memory: passes are torch's, and no bit depends on the threads.</summary>
[TestClass]
public sealed class EnsembleBackpropagationTests
{
    [TestMethod]
    public void PassesOfRandomEnsemblesAreTorchs()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var network = Next(random, out int members);
            var layout = network.Layout;
            int rows = random.Next(8, 40);
            float[] x = Draw(random, rows * layout.InputWidth);
            string what = $"seed {seed}, {members} members, {rows} rows: {layout.Layer}";
            Assert.IsTrue(BackpropagationProgram.Supports(layout.AfterScaling), what);

            using var scope = NewDisposeScope();
            var torchs = new TorchNetwork(layout, CPU, seed: 0) { DropoutFactor = 0 };
            torchs.Load(network.Parameters, network.Buffers);
            var expected = torchs.ForwardScaled(tensor(x, [rows, layout.InputWidth]), training: true);
            Assert.AreEqual(members * layout.OutputWidth, (int)expected.shape[1], what);
            float[] outer = Draw(random, (int)expected.numel());
            torchs.ZeroGradient();
            (expected * tensor(outer, expected.shape)).sum().backward();
            float[] gradient = torchs.CopyGradient();

            using var pass = Pass(network, rows + random.Next(3), threads: random.Next(1, 4), VectorWidths.Available[seed % VectorWidths.Available.Count]);
            AssertClose(Values(expected), pass.Forward(x, rows, training: true, dropoutFactor: 0), 3e-5, $"{what} (outputs)");
            pass.Backward(outer);
            foreach (var place in layout.Tensors.Where(place => place.IsTrained))
                AssertClose(gradient.AsSpan(place.Offset, place.Count).ToArray(), pass.Gradient.AsSpan(place.Offset, place.Count).ToArray(), 3e-4, $"{what} ({place.Name})");
            AssertClose(Values(torchs.ForwardScaled(tensor(x, [rows, layout.InputWidth]), training: false)), pass.Forward(x, rows), 3e-5, $"{what} (mean)");
        }
    }

    [TestMethod]
    public void ThreadsChangeNoBit()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var network = Next(random, out int members);
            int rows = random.Next(2, 150), outputs = network.Layout.OutputWidth;
            float[] x = Draw(random, rows * network.Layout.InputWidth), y = [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(outputs))];
            var loss = new MemberRowLoss(new CrossEntropyRowLoss(0.1f, null), members);
            using HostPass one = Pass(network, rows, threads: 1), three = Pass(network, rows, threads: 3);
            Assert.AreEqual(one.ComputeGradient(x, y, null, null, loss), three.ComputeGradient(x, y, null, null, loss), $"seed {seed}");
            CollectionAssert.AreEqual(one.Gradient, three.Gradient, $"seed {seed}");
        }
    }

    [TestMethod]
    public void ALargeBatchGoesInPartsThatHoldAsManyMembersAsRows()
    {
        const int Members = 64, Rows = 700;
        var random = new Random(1);
        var network = RandomNetworks.WithWeights(EnsembleNetwork.Of(Layer.Sequential(Layer.Linear(16), Layer.Tanh), Members, 1, MeanKind.Outputs), 3, random);
        var layers = network.Layout.AfterScaling;
        Assert.AreEqual(BackpropagationProgram.MaximumCapacity / Members, BackpropagationProgram.Capacity(layers, Rows));
        Assert.AreEqual(100, BackpropagationProgram.Capacity(layers, 100));
        float[] x = Draw(random, Rows * 3), y = Draw(random, Rows);
        var loss = Losses.MeanSquaredError().OfMembers(Members).RowForm!;
        using HostPass whole = Pass(network, Rows, threads: 2), part = Pass(network, 100, threads: 1);
        double actual = whole.ComputeGradient(x, y, null, null, loss), expected = 0;
        double[] gradient = new double[network.Parameters.Length];
        for (int start = 0; start < Rows; start += 100)
        {
            expected += part.ComputeGradient(x[(start * 3)..((start + 100) * 3)], y[start..(start + 100)], null, null, loss) / 7;
            for (int i = 0; i < gradient.Length; i++)
                gradient[i] += part.Gradient[i] / 7.0;
        }

        Assert.AreEqual(expected, actual, 1e-5);
        AssertClose([.. gradient.Select(value => (float)value)], whole.Gradient[..gradient.Length], 1e-4, "gradient");
    }

    [TestMethod]
    public void ATrainingIsTorchsTraining()
    {
        var rows = TrainingPlans.TwoClasses(90, 4, 3, weights: true);
        var validation = TrainingPlans.TwoClasses(40, 4, 4);
        foreach (var (loss, mean) in new[] { (Losses.BinaryCrossEntropy(), MeanKind.Probabilities), (Losses.Focal(), MeanKind.Probabilities), (Losses.Custom((x, y) => (x - y).pow(2)), MeanKind.Outputs) })
        {
            TrainingResult Train(bool isTorch)
            {
                var hidden = Layer.Sequential(Layer.Linear(16), Layer.ReLU, Layer.Residual(Layer.Linear(16)), Layer.Tanh);
                var ensemble = (SequentialLayer)EnsembleNetwork.Of(hidden, 5, 1, mean);
                var layers = isTorch ? ensemble.Layers.SkipLast(2).Append(TorchOnly.Layer).Concat(ensemble.Layers.TakeLast(2)) : ensemble.Layers;
                var plan = TrainingPlans.Plain(Layer.Sequential(layers), 4, loss.OfMembers(5), Optimizers.SGD(0.9), 0.05, 10, 3) with { BatchSize = 30, ValidationLoss = loss };
                Assert.AreEqual(!isTorch, HostEngine.Supports(plan));
                return TrainingRun.Train(plan, rows, validation);
            }

            var (ours, torchs) = (Train(false), Train(true));
            for (int i = 0; i < ours.History.Count; i++)
            {
                Assert.AreEqual(torchs.History[i].TrainingLoss, ours.History[i].TrainingLoss, 5e-5, $"{loss}, epoch {i}");
                Assert.AreEqual(torchs.History[i].ValidationLoss!.Value, ours.History[i].ValidationLoss!.Value, 5e-5, $"{loss}, epoch {i}");
            }

            Assert.IsLessThan(0.8 * ours.History[0].TrainingLoss, ours.History[^1].TrainingLoss, loss.Name);
        }
    }

    [TestMethod]
    public void AMeanBeforeTheEndIsTorchs()
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(4), new MemberMeanLayer(2, MeanKind.Outputs), Layer.Linear(1)), 3);
        Assert.IsFalse(BackpropagationProgram.Supports(layout.AfterScaling));
        Assert.ThrowsExactly<NotSupportedException>(() => new HostPass(layout, layout.AfterScaling, new float[layout.ParameterCount], [], 4));
    }

    /// <summary>An ensemble of any hidden layers; units around the sizes of vectors.</summary>
    private static RandomNetwork Next(Random random, out int members)
    {
        members = random.Next(3) == 0 ? random.Next(1, 40) : random.Next(1, 6);
        int inputs = random.Next(3, 20);
        int Units() => random.Next(2) == 0 ? 16 * random.Next(1, 9) : random.Next(1, 90);
        var layers = new List<Layer>();
        if (random.Next(3) == 0)
            layers.Add(random.Next(2) == 0 ? Layer.PeriodicEmbedding(random.Next(1, 6), random.Next(2, 6)) : Layer.Concat(Layer.Identity, Layer.LayerNorm()));
        for (int i = random.Next(0, 4); i > 0; i--)
        {
            int units = Units();
            layers.Add(Layer.Linear(units, bias: random.Next(3) > 0));
            layers.Add(random.Next(9) switch
            {
                0 => Layer.Sequential(Layer.Softsign, Layer.BatchNorm(epsilon: 0.1f)), // a bias directly before it has no slope but rounding, which a small epsilon magnifies
                1 => Layer.PReLU(perUnit: random.Next(2) == 0),
                2 => Layer.Scale,
                3 => Layer.Dropout(),
                4 => Layer.Residual(Layer.Sequential(Layer.Tanh, Layer.Linear(units))),
                5 => Layer.Sum(Layer.Linear(units), Layer.Softsign),
                _ => RandomNetworks.Activations[random.Next(RandomNetworks.Activations.Count)],
            });
            layers.Add(Layer.Tanh); // keeps what follows of a size that rounding can be told from
        }

        var mean = Enum.GetValues<MeanKind>()[random.Next(4)];
        return RandomNetworks.WithWeights(EnsembleNetwork.Of(Layer.Sequential(layers), members, random.Next(1, 12), mean), inputs, random);
    }

    private static HostPass Pass(RandomNetwork network, int batch, int threads, VectorWidth width = VectorWidth.Widest) =>
        new(network.Layout, network.Layout.AfterScaling, network.Parameters, network.Buffers, batch, threads, width);

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)RandomNetworks.Normal(random))];

    private static float[] Values(Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();

    private static void AssertClose(float[] expected, float[] actual, double tolerance, string what)
    {
        Assert.HasCount(expected.Length, actual);
        double size = Math.Max(1e-3, expected.Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance * size, $"{what}, value {i}");
    }
}
