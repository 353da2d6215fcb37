using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The torch form of every layer computes what the layer's definition says, in prediction and in training.</summary>
[TestClass]
public sealed class TorchCompilerTests
{
    [TestMethod]
    public void RandomNetworksAgreeWithTheReference()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var network = RandomNetworks.Next(new Random(seed));
            using var scope = torch.NewDisposeScope();
            using var noGradient = torch.no_grad();
            var torchNetwork = new TorchNetwork(network.Layout, torch.CPU, seed: 0);
            torchNetwork.Load(network.Parameters, network.Buffers);

            var random = new Random(seed);
            const int Rows = 3;
            float[] features = [.. Enumerable.Range(0, Rows).SelectMany(_ => network.NextRow(random))];
            float[] outputs = torchNetwork.Forward(torch.tensor(features, [Rows, network.Layout.InputWidth]), training: false).contiguous().data<float>().ToArray();
            for (int row = 0; row < Rows; row++)
            {
                var (expected, tolerance) = ReferenceNetwork.RunWithTolerance(network.Layout, network.Parameters, network.Buffers, features.AsSpan(row * network.Layout.InputWidth, network.Layout.InputWidth));
                for (int i = 0; i < expected.Length; i++)
                    Assert.AreEqual(expected[i], outputs[row * expected.Length + i], tolerance[i] + 1e-6, $"seed {seed}, row {row}, output {i}: {network.Layout.Layer}");
            }
        }
    }

    [TestMethod]
    public void StandardizeTreatsStrangeValuesAsThePredictionDoes()
    {
        float[] row = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -float.MaxValue, 2, float.PositiveInfinity];
        var layout = new NetworkLayout(Layer.Standardize, row.Length);
        float[] buffers = [0, 0, 0, 0, 0, 1, 5, 1, 1, 1, 1, 1, 2, 0];
        using var scope = torch.NewDisposeScope();
        var network = new TorchNetwork(layout, torch.CPU, seed: 0);
        network.Load([], buffers);
        float[] actual = network.Forward(torch.tensor(row, [1, row.Length]), training: true).data<float>().ToArray();
        var expected = new float[row.Length];
        NetworkProgram.Compile(layout, [], buffers).Run(row, expected);
        CollectionAssert.AreEqual(expected, actual);
        CollectionAssert.AreEqual(new[] { 0, StandardizeLayer.Limit, -StandardizeLayer.Limit, StandardizeLayer.Limit, -StandardizeLayer.Limit, 2, 0 }, actual);
    }

    [TestMethod]
    public void DropoutKeepsTheMeanAndTheShareInTraining()
    {
        using var scope = torch.NewDisposeScope();
        var network = new TorchNetwork(new NetworkLayout(Layer.Dropout(0.3f), 1000), torch.CPU, seed: 4);
        var input = torch.ones(100, 1000);
        float[] outputs = network.Forward(input, training: true).data<float>().ToArray();
        Assert.AreEqual(0.3, outputs.Count(value => value == 0) / 1e5, 0.01);
        Assert.IsTrue(outputs.All(value => value == 0 || Math.Abs(value - 1 / 0.7f) < 1e-6));
        Assert.IsTrue(network.Forward(input, training: false).data<float>().ToArray().All(value => value == 1));
    }

    [TestMethod]
    public void BatchNormUsesTheBatchInTrainingAndItsAveragesAfter()
    {
        using var scope = torch.NewDisposeScope();
        var layout = new NetworkLayout(Layer.BatchNorm(momentum: 0.5f), 1);
        var network = new TorchNetwork(layout, torch.CPU, seed: 0);
        network.Load([1, 0], NetworkInitializer.InitializeBuffers(layout, seed: 0));
        float[] normalized = network.Forward(torch.tensor(new float[] { 1, 2, 3 }, [3, 1]), training: true).data<float>().ToArray();
        Assert.AreEqual(-Math.Sqrt(1.5), normalized[0], 1e-4); // (1 − 2) / √(2/3)
        float[] buffers = network.CopyBuffers();
        Assert.AreEqual(1, buffers[0], 1e-6); // half way from 0 to the mean 2
        Assert.AreEqual(1, buffers[1], 1e-6); // half way from 1 to the unbiased variance 1
    }

    [TestMethod]
    public void GradientsOfEveryLayerAreThoseOfFiniteDifferences()
    {
        // Central differences of the double reference against autograd through the flat buffers.
        for (int seed = 0; seed < 60; seed++)
        {
            var network = RandomNetworks.Next(new Random(seed));
            var layout = network.Layout;
            if (layout.ParameterCount == 0 || layout.Root.DescendantsAndSelf().Any(node => node.Layer is BatchNormLayer or DropoutLayer or ActivationLayer { Function: ActivationFunction.HardTanh or ActivationFunction.ReLU or ActivationFunction.HardSigmoid or ActivationFunction.HardSwish or ActivationFunction.LeakyReLU } or PReLULayer))
                continue; // kinks have no derivative to compare; these layers act otherwise in training

            using var scope = torch.NewDisposeScope();
            var torchNetwork = new TorchNetwork(layout, torch.CPU, seed: 0);
            torchNetwork.Load(network.Parameters, network.Buffers);
            var random = new Random(seed);
            float[] row = network.NextRow(random);
            torchNetwork.ZeroGradient();
            bool isMean = layout.Root.DescendantsAndSelf().Any(node => node.Layer is MemberMeanLayer); // which gives all members in training
            torchNetwork.Forward(torch.tensor(row, [1, row.Length]), training: !isMean).sum().backward();
            float[] gradient = torchNetwork.CopyGradient();

            for (int trial = 0; trial < 5; trial++)
            {
                int i = random.Next(layout.ParameterCount);
                double step = 1e-2 * Math.Max(0.1, Math.Abs(network.Parameters[i]));
                double SumAt(double offset)
                {
                    float[] moved = [.. network.Parameters];
                    moved[i] = (float)(moved[i] + offset);
                    return ReferenceNetwork.Run(layout, moved, network.Buffers, row).Sum();
                }

                double exact = (float)(network.Parameters[i] + step) - (float)(network.Parameters[i] - step);
                double expected = (SumAt(step) - SumAt(-step)) / exact;
                Assert.AreEqual(expected, gradient[i], 0.02 * Math.Max(1, Math.Abs(expected)), $"seed {seed}, parameter {i}: {layout.Layer}");
            }
        }
    }
}
