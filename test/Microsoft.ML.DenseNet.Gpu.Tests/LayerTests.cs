using Microsoft.ML.DenseNet.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>Every layer on the device: outputs as the layers' definitions say, gradients and training as on the CPU.</summary>
[TestClass]
public sealed class LayerTests
{
    private const int Rows = 9;

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void OutputsOfRandomNetworksAreThoseOfTheReference(DeviceUnderTest device)
    {
        device.Require();
        for (int seed = 0; seed < 150; seed++)
            CheckOutputs(device, RandomNetworks.Next(new Random(seed)), $"seed {seed}");
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void OutputsOfEveryLayerAreThoseOfTheReference(DeviceUnderTest device)
    {
        device.Require();
        foreach (var layer in LayerSamples.All.Where(layer => layer is not ModuleLayer))
            CheckOutputs(device, RandomNetworks.WithWeights(layer, LayerSamples.Inputs, new Random(1)), "sample");
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void GradientsOfRandomNetworksAreThoseOfTheCpu(DeviceUnderTest device)
    {
        device.Require();
        int compared = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            var network = RandomNetworks.Next(new Random(seed));
            var layout = network.Layout;
            // What mixes rows has its managed gradient in training only; EveryLayerTrainsAsOnTheCpu covers it.
            bool isManaged = BackpropagationProgram.Supports(layout.AfterScaling) && !layout.Root.DescendantsAndSelf().Any(node => node.Layer.MixesRows);
            if (layout.ParameterCount == 0 || layout.Root.DescendantsAndSelf().Any(node => node.Layer is LayerNormLayer && node.InputWidth < 3))
                continue; // nothing to compare, or rounding errors are divided by each other
            if (!isManaged && !device.IsGpu)
                continue; // it would be compared with itself

            var random = new Random(seed);
            float[] features = [.. Enumerable.Range(0, Rows * layout.InputWidth).Select(_ => (float)RandomNetworks.Normal(random))];
            float[] outer = [.. Enumerable.Range(0, Rows * layout.OutputWidth).Select(i => MathF.Sin(i))];
            float[] actual = TorchGradient(network, device.Torch, isOnHost: false, features, outer);
            float[] expected = isManaged ? ManagedGradient(network, features, outer) : TorchGradient(network, CPU, isOnHost: true, features, outer);
            foreach (var place in layout.Tensors.Where(place => place.IsTrained))
                Close.Assert(expected[place.Offset..(place.Offset + place.Count)], actual[place.Offset..(place.Offset + place.Count)], 3e-4, $"seed {seed}: {layout.Layer} ({place.Name})");
            compared++;
        }

        Assert.IsGreaterThan(50, compared);
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void EveryLayerTrainsAsOnTheCpu(DeviceUnderTest device)
    {
        device.Require();
        var rows = TrainingPlans.TwoClasses(64, LayerSamples.Inputs, 1);
        var validation = TrainingPlans.TwoClasses(40, LayerSamples.Inputs, 2);
        int trained = 0;
        foreach (var layer in LayerSamples.All.Where(layer => layer is not (ModuleLayer or DropoutLayer or MemberMeanLayer or DestandardizeLayer)))
        {
            var network = Layer.Sequential(Layer.Linear(LayerSamples.Inputs), layer, Layer.Linear(1));
            var plan = TrainingPlans.Plain(network, LayerSamples.Inputs, Losses.BinaryCrossEntropy(), Optimizers.SGD(), 0.05, epochs: 4, seed: 3) with { BatchSize = 16, Shuffle = true };
            Close.Assert(TrainingRun.Train(plan, rows, validation), TrainingRun.Train(device.Move(plan), rows, validation), 2e-4, $"{layer}");
            trained++;
        }

        Assert.IsGreaterThan(30, trained);
    }

    [TestMethod]
    [DynamicData(nameof(DeviceUnderTest.All), typeof(DeviceUnderTest))]
    public void RandomNetworksTrainAsOnTheCpu(DeviceUnderTest device)
    {
        device.Require();
        var random = new Random(4);
        int trained = 0;
        for (int i = 0; trained < 30; i++)
        {
            var layout = RandomNetworks.Next(random).Layout;
            if (layout.Root.DescendantsAndSelf().Any(node => node.Layer is DestandardizeLayer or MemberMeanLayer or DropoutLayer))
                continue; // these come last, or draw at random
            var layer = Layer.Sequential(layout.Layer, Layer.LayerNorm(), Layer.Linear(1));
            var plan = TrainingPlans.Plain(layer, layout.InputWidth, Losses.BinaryCrossEntropy(), Optimizers.SGD(), 1e-3, epochs: 3, seed: i) with { BatchSize = 20, Shuffle = true, GradientClipNorm = 1 };
            var rows = TrainingPlans.TwoClasses(60, layout.InputWidth, i, weights: i % 2 == 0);
            Close.Assert(TrainingRun.Train(plan, rows, null), TrainingRun.Train(device.Move(plan), rows, null), 1e-3, $"network {i}: {layer}");
            trained++;
        }
    }

    private static void CheckOutputs(DeviceUnderTest device, RandomNetwork network, string what)
    {
        var layout = network.Layout;
        var random = new Random(7);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var torchNetwork = new TorchNetwork(layout, device.Torch, seed: 0, isOnHost: false);
        torchNetwork.Load(network.Parameters, network.Buffers);
        CollectionAssert.AreEqual(network.Parameters, torchNetwork.CopyParameters());
        float[] features = [.. Enumerable.Range(0, Rows).SelectMany(_ => network.NextRow(random))];
        float[] outputs = torchNetwork.Forward(tensor(features, [Rows, layout.InputWidth]).to(device.Torch), training: false).cpu().contiguous().data<float>().ToArray();
        for (int row = 0; row < Rows; row++)
        {
            var (expected, tolerance) = ReferenceNetwork.RunWithTolerance(layout, network.Parameters, network.Buffers, features.AsSpan(row * layout.InputWidth, layout.InputWidth));
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], outputs[(row * expected.Length) + i], tolerance[i] + 1e-6, $"{what}, row {row}, output {i}: {layout.Layer}");
        }
    }

    private static float[] ManagedGradient(RandomNetwork network, float[] features, float[] outer)
    {
        using var pass = new HostPass(network.Layout, network.Layout.AfterScaling, network.Parameters, network.Buffers, Rows);
        pass.Forward(features, Rows);
        pass.Backward(outer);
        return pass.Gradient[..network.Parameters.Length];
    }

    private static float[] TorchGradient(RandomNetwork network, Device device, bool isOnHost, float[] features, float[] outer)
    {
        var layout = network.Layout;
        using var scope = NewDisposeScope();
        using var torchNetwork = new TorchNetwork(layout, device, seed: 0, isOnHost: isOnHost);
        torchNetwork.Load(network.Parameters, network.Buffers);
        torchNetwork.ZeroGradient();
        var outputs = torchNetwork.ForwardScaled(tensor(features, [Rows, layout.InputWidth]).to(device), training: false);
        (outputs * tensor(outer, [Rows, layout.OutputWidth]).to(device)).sum().backward();
        return torchNetwork.CopyGradient();
    }
}
