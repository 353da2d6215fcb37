using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>BatchNorm in host memory: statistics of the batch, running averages, and a gradient that goes through both.</summary>
[TestClass]
public sealed class BatchNormTests
{
    public static IEnumerable<object[]> Networks =>
    [
        ["first", Layer.Sequential(Layer.BatchNorm(), Layer.Linear(3))],
        ["last", Layer.Sequential(Layer.Linear(7), Layer.BatchNorm(0.1f, 0.9f))],
        ["alone", Layer.BatchNorm()],
        ["twice", Layer.Sequential(Layer.Linear(33), Layer.BatchNorm(), Layer.ReLU, Layer.Linear(16), Layer.BatchNorm(momentum: 1), Layer.Tanh, Layer.Linear(2))],
        ["adjacent", Layer.Sequential(Layer.Linear(5), Layer.BatchNorm(), Layer.BatchNorm(), Layer.Linear(1))],
        ["residual", Layer.Sequential(Layer.Linear(20), Layer.Residual(Layer.Sequential(Layer.BatchNorm(), Layer.SiLU, Layer.Linear(20))), Layer.Linear(2))],
        ["concat", Layer.Sequential(Layer.Linear(9), Layer.Concat(Layer.BatchNorm(), Layer.Identity, Layer.Sequential(Layer.Linear(4), Layer.BatchNorm(), Layer.ReLU)), Layer.Linear(3))],
        ["sum", Layer.Sequential(Layer.Linear(18), Layer.Sum(Layer.BatchNorm(), Layer.Tanh, Layer.Sequential(Layer.Tanh, Layer.BatchNorm())), Layer.Linear(1))],
    ];

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void PassesAreTorchs(string name, Layer layer)
    {
        for (int seed = 0; seed < 2 * VectorWidths.Available.Count; seed++)
        {
            var random = new Random(seed);
            int rows = random.Next(20, 200);
            var network = RandomNetworks.WithWeights(layer, 6, random);
            var layout = network.Layout;
            IReadOnlyList<LayerNode> layers = [layout.Root];
            using var scope = NewDisposeScope();
            var torchs = new TorchNetwork(layout, CPU, seed: 0);
            torchs.Load(network.Parameters, network.Buffers);
            using var pass = new HostPass(layout, layers, network.Parameters, network.Buffers, rows, threads: 1 + (seed % 3), VectorWidths.Available[seed % VectorWidths.Available.Count]);
            for (int step = 0; step < 3; step++)
            {
                float[] x = Draw(random, rows * 6), outer = Draw(random, rows * layout.OutputWidth);
                var expected = torchs.Forward(tensor(x, [rows, 6]), training: true);
                torchs.ZeroGradient();
                (expected * tensor(outer, expected.shape)).sum().backward();
                AssertClose(expected, pass.Forward(x, rows, training: true), $"{name}, outputs of step {step}");
                pass.Backward(outer);
                float[] gradient = torchs.CopyGradient();
                foreach (var place in layout.Tensors.Where(place => place.IsTrained))
                    AssertClose(gradient.AsSpan(place.Offset, place.Count).ToArray(), pass.Gradient.AsSpan(place.Offset, place.Count).ToArray(), Size(gradient), $"{name}, gradient of {place.Name} in step {step}");
                AssertClose(torchs.CopyBuffers(), pass.Buffers, 1, $"{name}, running averages after step {step}");
                AssertClose(torchs.Forward(tensor(x, [rows, 6]), training: false), pass.Forward(x, rows), $"{name}, predictions after step {step}");
            }
        }
    }

    [TestMethod]
    public void StatisticsAreThoseOfTheDefinition()
    {
        // One column of 1, 2, 3 and 6: mean 3, variance 3.5, or 14 / 3 unbiased.
        var layout = new NetworkLayout(Layer.BatchNorm(epsilon: 0.5f, momentum: 0.25f), 1);
        using var pass = new HostPass(layout, [layout.Root], [1, 0], [10, 2], 4);
        float[] outputs = pass.Forward([1, 2, 3, 6], 4, training: true);
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(((float[])[-1, -0.5f, 0, 1.5f])[i], outputs[i], 1e-6);
        Assert.AreEqual((0.75 * 10) + (0.25 * 3), pass.Buffers[0], 1e-6);
        Assert.AreEqual((0.75 * 2) + (0.25 * 14 / 3), pass.Buffers[1], 1e-6);

        // Outputs' weighted sum has no slope along a shift of the column; ∂w is Σ z ∂y.
        pass.Backward([1, 2, 3, 4]);
        Assert.AreEqual(-1 - 1 + 0 + 6, pass.Gradient[0], 1e-6);
        Assert.AreEqual(10, pass.Gradient[1], 1e-6);
        float[] evaluated = pass.Forward([1, 2, 3, 6], 4);
        Assert.AreEqual((1 - 8.25) / Math.Sqrt(1.5 + (0.25 * 14 / 3) + 0.5), evaluated[0], 1e-6);
    }

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void ThreadsChangeNoBitWhateverTheSizeOfTheBatch(string name, Layer layer)
    {
        foreach (int rows in (int[])[2, 37, BackpropagationProgram.MaximumCapacity + 300])
        {
            var random = new Random(rows);
            var network = RandomNetworks.WithWeights(Layer.Sequential(layer, Layer.Linear(1)), 6, random);
            float[] x = Draw(random, rows * 6), y = [.. Enumerable.Range(0, rows).Select(_ => (float)random.Next(2))];
            HostPass Pass(int threads) => new(network.Layout, network.Layout.AfterScaling, network.Parameters, network.Buffers, rows, threads);
            using HostPass one = Pass(1), three = Pass(3), apart = Pass(2);
            var loss = new BinaryCrossEntropyRowLoss(1, 0);
            Assert.AreEqual(one.ComputeGradient(x, y, null, null, loss), three.ComputeGradient(x, y, null, null, loss), name);
            CollectionAssert.AreEqual(one.Gradient, three.Gradient, name);
            CollectionAssert.AreEqual(one.Buffers, three.Buffers, name);

            // A loss that is computed elsewhere, between the passes.
            float[] outputs = apart.Forward(x, rows, training: true), outer = new float[rows];
            for (int row = 0; row < rows; row++)
                loss.Evaluate([outputs[row]], y[row], (float)(1.0 / rows), outer.AsSpan(row, 1));
            apart.Backward(outer);
            CollectionAssert.AreEqual(one.Gradient, apart.Gradient, name);
            CollectionAssert.AreEqual(one.Buffers, apart.Buffers, name);
        }
    }

    [TestMethod]
    public void ATrainingIsTorchsTraining()
    {
        var rows = TrainingPlans.TwoClasses(101, 4, 3, weights: true); // the last batch of one row is left out
        var validation = TrainingPlans.TwoClasses(40, 4, 4);
        TrainingResult Train(Layer last) => TrainingRun.Train(
            TrainingPlans.Plain(Layer.Sequential(Layer.Linear(8), Layer.BatchNorm(), Layer.ReLU, Layer.Linear(5), Layer.Residual(Layer.BatchNorm()), last, Layer.Linear(1)), 4, Losses.BinaryCrossEntropy(), Optimizers.SGD(0.9), 0.05, 15, 3) with { BatchSize = 20 },
            rows,
            validation);
        Assert.IsTrue(HostEngine.Supports(TrainingPlans.Plain(Layer.Sequential(Layer.BatchNorm(), Layer.Linear(1)), 4, Losses.BinaryCrossEntropy(), Optimizers.SGD(), 0.1, 1, 1)));
        var (ours, torchs) = (Train(Layer.Identity), Train(TorchOnly.Layer));
        for (int i = 0; i < ours.History.Count; i++)
        {
            Assert.AreEqual(torchs.History[i].TrainingLoss, ours.History[i].TrainingLoss, 1e-4, $"epoch {i}");
            Assert.AreEqual(torchs.History[i].ValidationLoss!.Value, ours.History[i].ValidationLoss!.Value, 1e-4, $"epoch {i}");
        }

        for (int i = 0; i < ours.Buffers.Length; i++)
            Assert.AreEqual(torchs.Buffers[i], ours.Buffers[i], 1e-3, $"running average {i}");
        Assert.IsLessThan(0.5 * ours.History[0].TrainingLoss, ours.History[^1].TrainingLoss);
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)RandomNetworks.Normal(random))];

    private static double Size(float[] values) => Math.Max(1, values.Select(Math.Abs).DefaultIfEmpty(0).Max());

    private static void AssertClose(Tensor expected, float[] actual, string what)
    {
        float[] values = expected.detach().contiguous().data<float>().ToArray();
        AssertClose(values, actual, Size(values), what);
    }

    private static void AssertClose(float[] expected, float[] actual, double size, string what)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 3e-5 * size * Math.Max(1, size == 1 ? Math.Abs(expected[i]) : 1), $"{what}, value {i}");
    }
}
