namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Contributions of numbers that a network embeds: against closed forms, and against explanations of the rest of the network.</summary>
[TestClass]
public sealed class EmbeddedContributionTests
{
    private const int Inputs = 6;

    private static readonly Layer Cosines = Layer.PeriodicEmbedding(8, 3);

    private static readonly Layer Bins = Layer.PiecewiseLinearEmbedding(7, 4);

    /// <summary>Layouts whose outputs are sums of functions of one slot each once a Linear adds them up.</summary>
    private static readonly Dictionary<string, Layer> Additive = new()
    {
        ["cosines"] = Cosines,
        ["bins"] = Bins,
        ["both"] = Layer.Concat(Cosines, Bins),
        ["some slots"] = Layer.Concat(On(0, 4, Cosines), On(1, 3, Bins), Layer.Select(new SlotRange(4, 2))),
        ["beside all features"] = Layer.Concat(Cosines, Layer.Identity),
        ["beside nothing"] = Layer.Concat(Layer.Sequential(), Bins, Layer.Sequential(Layer.Sequential())),
        ["beside a Linear"] = Layer.Concat(Layer.Linear(5), On(2, 3, Cosines), Layer.Select(new SlotRange(0, 2))),
        ["added to features"] = Layer.Residual(Layer.PiecewiseLinearEmbedding(9, 1)),
        ["after elementwise layers"] = Layer.Concat(Layer.Sequential(Layer.Scale, Cosines), Layer.Sequential(Layer.Select(new SlotRange(1, 4)), Layer.Tanh, Bins)),
        ["before an elementwise layer"] = Layer.Concat(Layer.Sequential(Cosines, Layer.Scale), On(0, 2, Bins)),
        ["several after one Select"] = Layer.Concat(On(1, 5, Layer.Concat(Cosines, Bins, Layer.Identity)), Layer.Select(new SlotRange(0, 1))),
        ["slots chosen twice"] = Layer.Sequential(Layer.Select(new SlotRange(0, 6), new SlotRange(2, 3)), Layer.Select(new SlotRange(1, 7)), Bins),
        ["two networks"] = Layer.Sum(
            Layer.Sequential(Layer.Concat(On(0, 4, Cosines), On(0, 4, Bins), Layer.Select(new SlotRange(4, 2))), Layer.Linear(2)),
            Layer.Sequential(Layer.Concat(On(0, 4, Cosines), On(0, 4, Bins), Layer.Select(new SlotRange(4, 2))), Layer.Linear(2))),
        ["the mean of two networks"] = Layer.Sequential(
            Layer.Concat(Layer.Sequential(Bins, Layer.Linear(2)), Layer.Sequential(Layer.Concat(Cosines, Bins), Layer.Linear(2))), new MemberMeanLayer(2, MeanKind.Outputs)),
    };

    public static IEnumerable<object[]> Layouts => Additive.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Layouts))]
    public void NumbersThatAreAddedUpContributeTheirFunctions(string name)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            // A missing value is one of those that a number may have; its indicator belongs to the same slot, and is embedded too.
            bool misses = seed % 3 == 0;
            Layer[] scaling = misses ? [Layer.MissingIndicators(new SlotRange(1, 2)), Layer.RobustScale] : seed % 3 == 1 ? [Layer.RobustScale] : [];
            var random = new Random(seed);
            var network = RandomNetworks.WithWeights(Layer.Sequential([.. scaling, Additive[name], Layer.Linear(1)]), Inputs, random);
            float[] Next()
            {
                float[] values = network.NextRow(random);
                values[1] = misses && random.Next(2) == 0 ? float.NaN : values[1];
                return values;
            }

            var background = new BackgroundRows([.. Enumerable.Range(0, 7).SelectMany(_ => Next())], Inputs, [.. Enumerable.Range(0, 7).Select(_ => 0.2f + random.NextSingle())]);
            var trained = network.Trained();
            foreach (float[] row in new[] { Next(), Next() })
                AssertFunctions(trained, background, row, $"seed {seed}: {network}");
        }
    }

    [TestMethod]
    public void ContributionsAreThoseOfWhatFollowsTheEmbeddings()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var (embeddings, slots) = NextEmbeddings(random);
            var tail = Layer.Sequential(
                Layer.Linear(random.Next(3, 20)), new[] { Layer.Tanh, Layer.GELU, Layer.ReLU }[random.Next(3)], Layer.Linear(random.Next(3, 20)), Layer.Softsign, Layer.Linear(random.Next(1, 4)));
            var network = RandomNetworks.WithWeights(Layer.Sequential(embeddings, tail), Inputs, random);
            var first = new NetworkLayout(embeddings, Inputs);
            var rest = new NetworkLayout(tail, first.OutputWidth);
            var trainedRest = new TrainedNetwork(rest, [.. network.Parameters.Skip(first.ParameterCount)], [.. network.Buffers.Skip(first.BufferCount)], TestNetworks.History());
            float[] parameters = [.. network.Parameters.Take(first.ParameterCount)], buffers = [.. network.Buffers.Take(first.BufferCount)];
            float[] Embed(float[] values) => [.. ReferenceNetwork.Run(first, parameters, buffers, values).Select(value => (float)value)];

            var background = network.Background(random, 5);
            float[] row = network.NextRow(random);
            ExplanationOptions Options(BackgroundRows rows) => new() { Background = rows, Tolerance = 0, MaximumSteps = 243 };
            using var explainer = network.Trained().CreateExplainer(Options(background));
            using var reference = trainedRest.CreateExplainer(Options(new BackgroundRows([.. background.Rows().SelectMany(Embed)], rest.InputWidth, [.. background.Weights])));
            var (found, expected) = (explainer.Explain(row), reference.Explain(Embed(row)));
            for (int output = 0; output < found.Outputs.Count; output++)
            {
                double[] sums = new double[Inputs];
                foreach (var (unit, contribution) in expected.Outputs[output].Contributions.Index())
                    sums[slots[unit]] += contribution;
                for (int slot = 0; slot < Inputs; slot++)
                    Assert.AreEqual(sums[slot], found.Outputs[output].Contributions[slot], 1e-3 * (0.1 + sums.Max(Math.Abs)), $"seed {seed}, output {output}, slot {slot}: {network}");
            }
        }
    }

    [TestMethod]
    public void ANumberWhoseEmbeddingIsNotReadContributesNothing()
    {
        var random = new Random(2);
        var network = RandomNetworks.WithWeights(Layer.Sequential(Bins, Layer.Linear(8), Layer.ReLU, Layer.Linear(1)), Inputs, random);
        int first = network.Layout.Body[1].Parameters[0].Offset, width = network.Layout.Body[0].OutputWidth;
        for (int unit = 0; unit < 8; unit++)
            network.Parameters.AsSpan(first + (unit * width) + (2 * 4), 4).Clear();
        using var explainer = network.Trained().CreateExplainer(new ExplanationOptions { Background = network.Background(random) });
        var contributions = explainer.Explain(network.NextRow(random)).Contributions;
        Assert.AreEqual(0f, contributions[2]);
        Assert.AreNotEqual(0f, contributions[1]);
    }

    [TestMethod]
    public void ThreadsAndVectorsDoNotChangeAnything()
    {
        var random = new Random(4);
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.RobustScale, Layer.Concat(Cosines, Bins, Layer.Identity), Layer.Linear(16), Layer.Tanh, Layer.Linear(1)), Inputs, random);
        Explained.AssertThreadsAndVectorsDoNotChangeAnything(network, random);
    }

    private static Layer On(int start, int count, Layer layer) => Layer.Sequential(Layer.Select(new SlotRange(start, count)), layer);

    /// <summary>Embeddings of random slots beside slots as they are, and the slot of each output.</summary>
    private static (Layer Layer, int[] Slots) NextEmbeddings(Random random)
    {
        var parts = new List<Layer>();
        var slots = new List<int>();
        for (int i = random.Next(1, 5); i >= 0; i--)
        {
            bool isWhole = random.Next(4) == 0;
            int start = isWhole ? 0 : random.Next(Inputs), count = isWhole ? Inputs : random.Next(1, Inputs - start + 1);
            int width = random.Next(2, 6), kind = i == 0 ? random.Next(2) : random.Next(3);
            Layer layer = kind == 0 ? Layer.PeriodicEmbedding(random.Next(1, 20), width) : kind == 1 ? Layer.PiecewiseLinearEmbedding(random.Next(1, 20), width) : Layer.Identity;
            parts.Add(isWhole ? layer : On(start, count, layer));
            slots.AddRange(Enumerable.Range(start, count).SelectMany(slot => Enumerable.Repeat(slot, kind == 2 ? 1 : width)));
        }

        return (Layer.Concat(parts), [.. slots]);
    }

    /// <summary>The score is a sum of functions of one slot each, so that exchanging a slot's value changes it by the difference of one of them.</summary>
    private static void AssertFunctions(TrainedNetwork network, BackgroundRows background, float[] row, string what)
    {
        using var explainer = network.CreateExplainer(new ExplanationOptions { Background = background, MaximumSteps = 3 });
        var explanation = explainer.Explain(row);
        double size = 1e-2 + Math.Abs(explanation.Score) + explanation.Contributions.Max(Math.Abs);
        for (int slot = 0; slot < Inputs; slot++)
        {
            double expected = background.Rows().Select((other, i) =>
            {
                float[] exchanged = [.. other];
                exchanged[slot] = row[slot];
                return background.Weights[i] * (Explained.Scores(network, exchanged)[0] - Explained.Scores(network, other)[0]);
            }).Sum();
            Assert.AreEqual(expected, explanation.Contributions[slot], 1e-4 * size, $"slot {slot}, {what}");
        }

        Assert.AreEqual(0, explanation.Gap, 1e-4 * size, what);
    }
}
