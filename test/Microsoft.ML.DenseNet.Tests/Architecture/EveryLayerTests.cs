using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Each kind of layer alone: all that read it agree with the reference, and what it says of itself is so.</summary>
[TestClass]
public sealed class EveryLayerTests
{
    private const int Rows = 9;

    private static IEnumerable<Layer> Computable => LayerSamples.All.Where(layer => layer is not ModuleLayer);

    [TestMethod]
    public void EveryKindHasASample()
    {
        var kinds = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract).ToHashSet();
        Assert.IsGreaterThan(20, kinds.Count);
        kinds.ExceptWith(LayerSamples.All.Select(layer => layer.GetType()));
        Assert.IsEmpty(kinds, $"Add {string.Join(", ", kinds.Select(kind => kind.Name))} to {nameof(LayerSamples)}.");
    }

    [TestMethod]
    public void PredictionTorchAndOnnxAgreeWithTheReference()
    {
        foreach (var layer in Computable)
        {
            var (network, features) = Make(layer);
            var layout = network.Layout;
            var outputs = new Dictionary<string, float[]>();
            foreach (var width in VectorWidths.Available)
                network.Compile(width).RunBlock(features, Rows, outputs[$"{width}"] = new float[Rows * layout.OutputWidth]);

            using (NewDisposeScope())
            {
                var torchNetwork = new TorchNetwork(layout, CPU, seed: 0);
                torchNetwork.Load(network.Parameters, network.Buffers);
                outputs["torch"] = torchNetwork.Forward(tensor(features, [Rows, layout.InputWidth]), training: false).detach().contiguous().data<float>().ToArray();
            }

            using (var run = new OnnxRun(OnnxModels.Export(layout, network.Parameters, network.Buffers)))
                outputs["ONNX"] = run.Run<float>("Score", features, Rows);

            for (int row = 0; row < Rows; row++)
            {
                var (expected, tolerance) = ReferenceNetwork.RunWithTolerance(layout, network.Parameters, network.Buffers, features.AsSpan(row * layout.InputWidth, layout.InputWidth));
                foreach (var (reader, values) in outputs)
                {
                    for (int i = 0; i < expected.Length; i++)
                        Assert.AreEqual(expected[i], values[(row * expected.Length) + i], tolerance[i] + 1e-6, $"{reader}, row {row}, output {i}: {layer}");
                }
            }
        }
    }

    [TestMethod]
    public void ALayerIsTrainedInManagedCodeIfItSaysSoAndThenAsByAutograd()
    {
        foreach (var layer in Computable)
        {
            // A layer in front makes the gradient by the input show.
            var (network, features) = Make(Layer.Sequential(Layer.Linear(LayerSamples.Inputs), layer));
            var layout = network.Layout;
            if (!BackpropagationProgram.Supports(layout.AfterScaling))
            {
                Assert.ThrowsExactly<NotSupportedException>(() => new HostPass(layout, layout.AfterScaling, network.Parameters, network.Buffers, Rows), $"{layer} can be trained");
                continue;
            }

            using var scope = NewDisposeScope();
            var torchNetwork = new TorchNetwork(layout, CPU, seed: 0) { DropoutFactor = 0 };
            torchNetwork.Load(network.Parameters, network.Buffers);
            var outputs = torchNetwork.Forward(tensor(features, [Rows, layout.InputWidth]), training: true);
            float[] outer = [.. Enumerable.Range(0, (int)outputs.numel()).Select(i => MathF.Sin(i))];
            (outputs * tensor(outer, outputs.shape)).sum().backward();
            using var pass = new HostPass(layout, layout.AfterScaling, network.Parameters, network.Buffers, Rows);
            pass.Forward(features, Rows, training: true, dropoutFactor: 0);
            pass.Backward(outer);
            float[] expected = torchNetwork.CopyGradient();
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], pass.Gradient[i], 2e-4 * (1 + Math.Abs(expected[i])), $"{layer}, parameter {i}");
        }
    }

    [TestMethod]
    public void AnElementwiseLayerReadsOnlyTheInputInThePlaceOfTheOutput()
    {
        foreach (var layer in Computable)
        {
            var (network, features) = Make(layer);
            var program = network.Compile(VectorWidth.Scalar);
            bool readsOthers = network.Layout.OutputWidth != LayerSamples.Inputs;
            for (int slot = 0; slot < LayerSamples.Inputs && !readsOthers; slot++)
            {
                float[] before = new float[Rows * LayerSamples.Inputs], after = new float[Rows * LayerSamples.Inputs];
                program.RunBlock(features, Rows, before);
                program.RunBlock([.. features.Select((value, i) => i % LayerSamples.Inputs == slot ? -value - 0.3f : value)], Rows, after);
                readsOthers = Enumerable.Range(0, before.Length).Any(i => i % LayerSamples.Inputs != slot && before[i] != after[i]);
            }

            Assert.AreEqual(!readsOthers, layer.IsElementwise, $"{layer}");
        }
    }

    [TestMethod]
    public void ARowDependsOnOthersWhileTrainingIfTheLayerSaysSo()
    {
        foreach (var layer in Computable.Where(layer => layer is not DropoutLayer))
        {
            var (network, features) = Make(layer);
            using var scope = NewDisposeScope();
            var torchNetwork = new TorchNetwork(network.Layout, CPU, seed: 0);
            torchNetwork.Load(network.Parameters, network.Buffers);
            float[] FirstRow(float[] rows) => torchNetwork.Forward(tensor(rows, [Rows, LayerSamples.Inputs]), training: true)[0].detach().contiguous().data<float>().ToArray();
            float[] others = [.. features.Select((value, i) => i < LayerSamples.Inputs ? value : 2 * value)];
            bool mixes = FirstRow(features).Zip(FirstRow(others)).Any(pair => Math.Abs(pair.First - pair.Second) > 1e-5 * (1 + Math.Abs(pair.First))); // torch's last bits depend on where the rows lie
            Assert.AreEqual(mixes, network.Layout.Root.DescendantsAndSelf().Any(node => node.Layer.MixesRows), $"{layer}");
        }
    }

    [TestMethod]
    public void ValuesStartAsTheLayersSay()
    {
        // Enough draws for their extremes and their mean square to tell distributions apart.
        var samples = new (Layer Layer, string Tensor, double Most, double MeanSquare)[]
        {
            (Layer.Linear(4000), "0.weight", 1 / Math.Sqrt(6), 1.0 / 18),
            (Layer.Linear(4000), "0.bias", 1 / Math.Sqrt(6), 1.0 / 18),
            (Layer.EmbeddingBag(4000), "0.weight", 1.0 / 4000, 1.0 / (3 * 4000.0 * 4000)),
            (Layer.EmbeddingBag(4000), "0.bias", 0, 0),
            (Layer.PReLU(true, 0.3f), "0.weight", 0.3, 0.09),
            (Layer.LayerNorm(), "0.weight", 1, 1),
            (Layer.BatchNorm(), "0.running_var", 1, 1),
            (Layer.BatchNorm(), "0.running_mean", 0, 0),
            (Layer.RobustScale, "0.scale", 1, 1),
            (Layer.PeriodicEmbedding(1024, 2, 0.7f), "0.frequency", 10, 0.49),
            (Layer.PeriodicEmbedding(1024, 2, 0.7f), "0.phase", 0.5, 1.0 / 12),
            (Layer.PiecewiseLinearEmbedding(8, 2), "0.weight", 0, 0),
            (Layer.PiecewiseLinearEmbedding(8, 2), "0.start", 2, 1.375),
            (Layer.PiecewiseLinearEmbedding(8, 2), "0.scale", 2, 4),
            (new EnsembleLinearLayer(2, 4000, true, MemberScaling.RandomSigns), "0.input_scale", 1, 1),
            (new EnsembleLinearLayer(2, 4000, true, MemberScaling.RandomSigns), "0.output_scale", 1, 1),
            (new EnsembleLinearLayer(2, 4000, true, MemberScaling.RandomSigns), "0.weight", 1 / Math.Sqrt(3), 1.0 / 9),
        };
        foreach (var (layer, name, most, meanSquare) in samples)
        {
            var layout = new NetworkLayout(Layer.Sequential(layer, Layer.Linear(1)), LayerSamples.Inputs);
            float[] parameters = NetworkInitializer.Initialize(layout, Initialization.PyTorch, seed: 3), buffers = NetworkInitializer.InitializeBuffers(layout, seed: 3);
            var place = layout.Tensors.Single(place => place.Name == name);
            float[] values = (place.IsTrained ? parameters : buffers)[place.Offset..(place.Offset + place.Count)];
            Assert.IsLessThanOrEqualTo(most * 1.000001, values.Max(value => Math.Abs((double)value)), $"{layer}, {name}");
            Assert.AreEqual(meanSquare, values.Average(value => (double)value * value), 0.06 * meanSquare, $"{layer}, {name}");
        }
    }

    private static (RandomNetwork Network, float[] Features) Make(Layer layer)
    {
        var random = new Random(5);
        var network = RandomNetworks.WithWeights(layer, LayerSamples.Inputs, random);
        return (network, [.. Enumerable.Range(0, Rows * LayerSamples.Inputs).Select(_ => (float)RandomNetworks.Normal(random))]);
    }
}
