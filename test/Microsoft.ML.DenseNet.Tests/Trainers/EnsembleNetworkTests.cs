namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What becomes of a network when it is made that of several members.</summary>
[TestClass]
public sealed class EnsembleNetworkTests
{
    public static IEnumerable<object[]> Means => Enum.GetNames<MeanKind>().Select(name => new object[] { name });

    [TestMethod]
    public void EveryLinearBecomesThatOfAllMembers()
    {
        var block = Layer.Sequential(Layer.Linear(8, bias: false), Layer.BatchNorm());
        var network = EnsembleNetwork.Of(
            Layer.Sequential(Layer.Standardize, Layer.Linear(8), Layer.ReLU, Layer.Sum(Layer.Identity, block), Layer.Residual(block), Layer.PReLU(), Layer.Dropout()), 4, 3, MeanKind.Outputs);
        var converted = Layer.Sequential(new EnsembleLinearLayer(4, 8, false, MemberScaling.Ones), Layer.BatchNorm());
        Assert.AreEqual(
            Layer.Sequential(
                Layer.Standardize, new RepeatLayer(4), new EnsembleLinearLayer(4, 8, true, MemberScaling.RandomSigns), Layer.ReLU, Layer.Sum(Layer.Identity, converted), Layer.Residual(converted), Layer.PReLU(), Layer.Dropout(),
                new MemberLinearLayer(4, 3), new MemberMeanLayer(4, MeanKind.Outputs)),
            network);
    }

    [TestMethod]
    public void MembersShareTheEmbeddingsInFront()
    {
        var front = Layer.Concat(Layer.Sequential(Layer.Select(new SlotRange(0, 2)), Layer.PeriodicEmbedding()), Layer.Sequential(Layer.Select(new SlotRange(2, 9)), Layer.Linear(4, bias: false)));
        var network = (SequentialLayer)EnsembleNetwork.Of(Layer.Sequential(front, Layer.LayerNorm(), Layer.Linear(5), Layer.Tanh), 2, 1, MeanKind.Probabilities);
        CollectionAssert.AreEqual(
            new[] { front, Layer.LayerNorm(), new RepeatLayer(2), new EnsembleLinearLayer(2, 5, true, MemberScaling.Normal) },
            network.Layers.Take(4).ToArray());
    }

    [TestMethod]
    public void TheFirstLinearOfEachBranchMakesMembersDiffer()
    {
        var network = (SequentialLayer)EnsembleNetwork.Of(Layer.Sequential(Layer.Sum(Layer.Linear(3), Layer.Linear(3)), Layer.Linear(2)), 2, 1, MeanKind.Outputs);
        var first = new EnsembleLinearLayer(2, 3, true, MemberScaling.RandomSigns);
        CollectionAssert.AreEqual(new[] { Layer.Sum(first, first), new EnsembleLinearLayer(2, 2, true, MemberScaling.Ones) }, network.Layers.Skip(1).Take(2).ToArray());
    }

    [TestMethod]
    public void ALinearModelHasHeadsAlone() => Assert.AreEqual(
        Layer.Sequential(new RepeatLayer(3), new MemberLinearLayer(3, 2), new MemberMeanLayer(3, MeanKind.ClassProbabilities)),
        EnsembleNetwork.Of(Layer.Sequential(), 3, 2, MeanKind.ClassProbabilities));

    [TestMethod]
    public void WhatMixesUnitsOfMembersIsRefused()
    {
        foreach (var layer in new[] { Layer.LayerNorm(), Layer.Concat(Layer.Identity, Layer.ReLU), Layer.Select(new SlotRange(0, 1)), Layer.PeriodicEmbedding(), Layer.EmbeddingBag(2) })
        {
            var error = Assert.ThrowsExactly<ArgumentException>(() => EnsembleNetwork.Of(Layer.Sequential(Layer.Linear(4), Layer.Residual(layer)), 5, 1, MeanKind.Outputs));
            StringAssert.Contains(error.Message, $"EnsembleSize is 5, but {layer.Kind}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Means))]
    public void AnEnsembleIsTheMeanOfItsMembersWrittenOut(string name)
    {
        var mean = Enum.Parse<MeanKind>(name);
        const int Members = 3, Inputs = 4, Hidden = 6, Outputs = 2;
        var random = new Random(3);
        var ensemble = RandomNetworks.WithWeights(EnsembleNetwork.Of(Layer.Sequential(Layer.Linear(Hidden), Layer.SiLU, Layer.Linear(Hidden), Layer.Tanh), Members, Outputs, mean), Inputs, random);
        var trained = new TrainedNetwork(ensemble.Layout, ensemble.Parameters, [], TestNetworks.History());
        float[] Slot(string name) => trained.Tensors.Single(tensor => tensor.Name == name).Values.ToArray();

        var networks = Enumerable.Range(0, Members).Select(member =>
        {
            // W of a member is diag(s) W diag(r).
            float[] Linear(string path, int inputs)
            {
                float[] weight = Slot($"{path}.weight"), r = Slot($"{path}.input_scale"), s = Slot($"{path}.output_scale"), bias = Slot($"{path}.bias");
                return
                [
                    .. Enumerable.Range(0, Hidden * inputs).Select(i => s[(member * Hidden) + (i / inputs)] * weight[i] * r[(member * inputs) + (i % inputs)]),
                    .. bias[(member * Hidden)..((member + 1) * Hidden)],
                ];
            }

            int head = Outputs * Hidden;
            float[] parameters = [.. Linear("1", Inputs), .. Linear("3", Hidden), .. Slot("5.weight")[(member * head)..((member + 1) * head)], .. Slot("5.bias")[(member * Outputs)..((member + 1) * Outputs)]];
            var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(Hidden), Layer.SiLU, Layer.Linear(Hidden), Layer.Tanh, Layer.Linear(Outputs)), Inputs);
            return new TrainedNetwork(layout, parameters, [], TestNetworks.History());
        }).ToArray();

        float[] output = new float[Outputs], own = new float[Outputs];
        for (int trial = 0; trial < 20; trial++)
        {
            float[] row = ensemble.NextRow(random);
            double[] sum = new double[Outputs];
            foreach (var network in networks)
            {
                network.ComputeOutputs(row, own);
                for (int i = 0; i < Outputs; i++)
                {
                    sum[i] += mean switch
                    {
                        MeanKind.Outputs => own[i],
                        MeanKind.Exponentials => Math.Exp(own[i]),
                        MeanKind.Probabilities => 1 / (1 + Math.Exp(-own[i])),
                        _ => Math.Exp(own[i]) / own.Sum(value => Math.Exp(value)),
                    };
                }
            }

            trained.ComputeOutputs(row, output);
            for (int i = 0; i < Outputs; i++)
            {
                double actual = mean switch
                {
                    MeanKind.Outputs => output[i],
                    MeanKind.Probabilities => 1 / (1 + Math.Exp(-output[i])),
                    _ => Math.Exp(output[i]),
                };
                Assert.AreEqual(sum[i] / Members, actual, 1e-5 * Math.Max(1, Math.Abs(sum[i])), $"Output {i}");
            }
        }
    }

    [TestMethod]
    public void MembersStartAsTabMDrawsThem()
    {
        const int Members = 50, Inputs = 7;
        var layout = new NetworkLayout(EnsembleNetwork.Of(Layer.Sequential(Layer.Linear(16), Layer.ReLU, Layer.Linear(9)), Members, 2, MeanKind.Outputs), Inputs);
        float[] values = EnsembleNetwork.Initialize(layout, Initialization.PyTorch, seed: 1, [3, 1, 3]);
        float[] Slot(string name)
        {
            var place = layout.Tensors.Single(place => place.Name == name);
            return values[place.Offset..(place.Offset + place.Count)];
        }

        // One sign for each member and feature.
        float[][] signs = [.. Slot("1.input_scale").Chunk(Inputs)];
        Assert.IsTrue(signs.All(member => member[0] == member[1] && member[0] == member[2] && member[4] == member[5] && member[4] == member[6]));
        Assert.IsTrue(signs.SelectMany(member => member).All(value => value is 1 or -1));
        foreach (int slot in new[] { 0, 3, 4 })
            Assert.AreEqual(Members / 2.0, signs.Count(member => member[slot] == 1), 4 * Math.Sqrt(Members) / 2, $"Slot {slot}");
        Assert.IsTrue(signs.Any(member => member[0] != member[3]) && signs.Any(member => member[3] != member[4]));

        // All else is 1, the same, or uniform as in PyTorch.
        Assert.IsTrue(Slot("3.input_scale").Concat(Slot("1.output_scale")).Concat(Slot("3.output_scale")).All(value => value == 1));
        foreach (string name in new[] { "1.bias", "3.bias" })
        {
            float[][] biases = [.. Slot(name).Chunk(Slot(name).Length / Members)];
            Assert.IsTrue(biases.All(bias => bias.SequenceEqual(biases[0])) && biases[0].Distinct().Count() == biases[0].Length, name);
        }

        Uniform(Slot("1.weight").Concat(Slot("1.bias")), Inputs);
        Uniform(Slot("3.weight"), 16);
        Uniform(Slot("4.weight").Concat(Slot("4.bias")), 9);

        static void Uniform(IEnumerable<float> values, int inputs)
        {
            double bound = 1 / Math.Sqrt(inputs);
            Assert.IsTrue(values.All(value => Math.Abs(value) <= bound));
            Assert.IsGreaterThan(0.9 * bound, values.Max(Math.Abs));
        }
    }

    [TestMethod]
    public void FactorsBehindEmbeddingsAreNormal()
    {
        const int Members = 100;
        var layout = new NetworkLayout(EnsembleNetwork.Of(Layer.Sequential(Layer.PeriodicEmbedding(), Layer.Linear(3)), Members, 1, MeanKind.Outputs), 25);
        float[] values = EnsembleNetwork.Initialize(layout, Initialization.PyTorch, seed: 2, [.. Enumerable.Repeat(4, 25)]);
        var place = layout.Tensors.Single(place => place.Name == "2.input_scale");
        float[] factors = values[place.Offset..(place.Offset + place.Count)];
        float[] features = [.. factors.Where((_, i) => i % 4 == 0)];
        Assert.IsTrue(factors.Select((factor, i) => factor == features[i / 4]).All(same => same));
        Assert.AreEqual(0, features.Average(), 0.1);
        Assert.AreEqual(1, Math.Sqrt(features.Average(factor => factor * factor)), 0.1);
        Assert.AreEqual(0.68, features.Count(factor => Math.Abs(factor) < 1) / (double)features.Length, 0.05);
    }
}
