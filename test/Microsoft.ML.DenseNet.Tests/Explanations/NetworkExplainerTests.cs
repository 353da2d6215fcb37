namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The explainer's forms of input and output, its options and its errors.</summary>
[TestClass]
public sealed class NetworkExplainerTests
{
    private static readonly Layer Hidden = Layer.Sequential(Layer.RobustScale, Layer.Linear(16), Layer.GELU, Layer.Linear(16), Layer.Tanh, Layer.Linear(1));

    [TestMethod]
    public void SparseRowsAreExplainedAsDenseOnes()
    {
        Layer[] layers =
        [
            Hidden,
            Layer.Sequential(Layer.Standardize, Layer.EmbeddingBag(9), Layer.ReLU, Layer.Linear(3)),
            Layer.Sequential(Layer.Concat(Layer.Sequential(Layer.EmbeddingBag(4), Layer.Tanh), Layer.EmbeddingBag(3)), Layer.Linear(6), Layer.SiLU, Layer.Linear(1)),
        ];
        foreach (var layer in layers)
        {
            var random = new Random(5);
            var network = RandomNetworks.WithWeights(layer, 30, random);
            using var explainer = network.Trained().CreateExplainer(new ExplanationOptions { Background = network.Background(random, zeros: 0.8) });
            using var ofDense = network.Trained().CreateExplainer(new ExplanationOptions { Background = network.Background(new Random(8), zeros: 0) });
            foreach (var each in (NetworkExplainer[])[explainer, ofDense])
            {
                float[] row = network.NextRow(random, zeros: 0.8);
                int[] slots = [.. Enumerable.Range(0, 30).Where(slot => row[slot] != 0)];
                float[] values = [.. slots.Select(slot => row[slot])];
                var (dense, sparse) = (each.Explain(row), each.Explain(slots, values));
                float[] contributions = new float[each.OutputCount * 30];
                each.Explain(slots, values, contributions);
                for (int output = 0; output < each.OutputCount; output++)
                {
                    var (expected, actual) = (dense.Outputs[output].Contributions, sparse.Outputs[output].Contributions);
                    for (int slot = 0; slot < 30; slot++)
                    {
                        Assert.AreEqual(expected[slot], actual[slot], 1e-5 * (1 + expected.Max(MathF.Abs)), $"slot {slot}: {layer}");
                        Assert.AreEqual(actual[slot], contributions[(output * 30) + slot], $"slot {slot}: {layer}");
                    }
                }
            }
        }
    }

    [TestMethod]
    public void AWideSparseNetworkIsExplainedFromTheSlotsThatAreThere()
    {
        // The same network with a Linear in place of the EmbeddingBag goes another way.
        const int Inputs = 3000, Units = 6;
        var random = new Random(2);
        var bag = RandomNetworks.WithWeights(Layer.Sequential(Layer.Standardize, Layer.EmbeddingBag(Units), Layer.Tanh, Layer.Linear(2)), Inputs, random);
        float[] parameters = [.. bag.Parameters];
        for (int slot = 0; slot < Inputs; slot++)
        {
            for (int unit = 0; unit < Units; unit++)
                parameters[(unit * Inputs) + slot] = bag.Parameters[(slot * Units) + unit];
        }

        var layout = new NetworkLayout(Layer.Sequential(Layer.Standardize, Layer.Linear(Units), Layer.Tanh, Layer.Linear(2)), Inputs);
        var background = bag.Background(random, 5, zeros: 0.99);
        ExplanationOptions options = new() { Background = background, Tolerance = 1, MaximumSteps = 3 };
        using var sparse = bag.Trained().CreateExplainer(options);
        using var dense = new TrainedNetwork(layout, parameters, bag.Buffers, TestNetworks.History()).CreateExplainer(options);
        float[] row = bag.NextRow(random, zeros: 0.99);
        var (expected, actual) = (dense.Explain(row), sparse.Explain(row));
        for (int output = 0; output < 2; output++)
        {
            double size = expected.Outputs[output].Contributions.Max(MathF.Abs);
            for (int slot = 0; slot < Inputs; slot++)
                Assert.AreEqual(expected.Outputs[output].Contributions[slot], actual.Outputs[output].Contributions[slot], 1e-4 * size, $"slot {slot}");
        }
    }

    [TestMethod]
    public void BlocksHaveTheValuesOfRowsAndAllocateNothing()
    {
        foreach (var layer in (Layer[])[Hidden, Layer.Sequential(Layer.Linear(8), Layer.LayerNorm(), Layer.ReLU, Layer.Linear(3)), Layer.Sequential(Layer.EmbeddingBag(8), Layer.ReLU, Layer.Linear(2))])
        {
            var random = new Random(4);
            var network = RandomNetworks.WithWeights(layer, 7, random);
            using var explainer = network.Trained().CreateExplainer(new ExplanationOptions { Background = network.Background(random) });
            const int Rows = 9;
            float[] rows = [.. Enumerable.Range(0, Rows).SelectMany(_ => network.NextRow(random))];
            int outputs = explainer.OutputCount;
            float[] contributions = new float[Rows * outputs * 7], scores = new float[Rows * outputs], gaps = new float[Rows * outputs];
            explainer.ExplainBlock(rows, Rows, contributions, scores, gaps);
            for (int row = 0; row < Rows; row++)
            {
                var one = explainer.Explain(rows.AsSpan(row * 7, 7));
                for (int output = 0; output < outputs; output++)
                {
                    CollectionAssert.AreEqual(one.Outputs[output].Contributions.ToArray(), contributions.AsSpan((((row * outputs) + output) * 7), 7).ToArray());
                    Assert.AreEqual((float)one.Outputs[output].Score, scores[(row * outputs) + output]);
                    Assert.AreEqual((float)one.Outputs[output].Gap, gaps[(row * outputs) + output]);
                }
            }

            long ofTwo = Allocations.Of(() => explainer.ExplainBlock(rows.AsSpan(0, 14), 2, contributions.AsSpan(0, 14 * outputs)));
            Assert.AreEqual(ofTwo, Allocations.Of(() => explainer.ExplainBlock(rows, Rows, contributions)), layer.ToString());
        }
    }

    [TestMethod]
    public void ThreadsAndVectorsDoNotChangeAnything()
    {
        var random = new Random(4);
        var network = RandomNetworks.WithWeights(Hidden, 12, random);
        Explained.AssertThreadsAndVectorsDoNotChangeAnything(network, random);
    }

    [TestMethod]
    public void AMissingValueAndItsIndicatorAreOneContribution()
    {
        // Without a slope for the first slot's number, what is left is the indicator's.
        var layer = Layer.Sequential(Layer.MissingIndicators(new SlotRange(0, 1)), Layer.Standardize, Layer.Linear(1));
        var layout = new NetworkLayout(layer, 2);
        float[] buffers = [0, 0, 0, 1, 1, 1]; // mean and scale of two slots and an indicator
        var network = new TrainedNetwork(layout, [0, 2, 5, 1], buffers, TestNetworks.History());
        var background = new BackgroundRows([1, 3, 2, 1], 2);
        using var explainer = network.CreateExplainer(new ExplanationOptions { Background = background });
        var explanation = explainer.Explain([float.NaN, 4]);
        Assert.AreEqual(5f, explanation.Contributions[0], 1e-6);
        Assert.AreEqual(4f, explanation.Contributions[1], 1e-6);
        Assert.AreEqual(5.0, explanation.BaseValue, 1e-6);
        Assert.AreEqual(14.0, explanation.Score, 1e-6);
    }

    [TestMethod]
    public void AScoreThatIsNoNumberHasNoContributions()
    {
        var network = TestNetworks.Create(Layer.Linear(1), 2);
        using var explainer = network.CreateExplainer(new ExplanationOptions { Background = new BackgroundRows([1, 2], 2) });
        var explanation = explainer.Explain([float.NaN, 1]);
        Assert.IsTrue(explanation.Contributions.All(float.IsNaN));
        Assert.AreEqual(double.NaN, explanation.Gap);
        Assert.AreEqual(0, explanation.Steps);
        Assert.IsTrue(explainer.Explain([1, 1]).Contributions.All(float.IsFinite)); // nothing is left behind
    }

    [TestMethod]
    public void ProbabilitiesAreExplained()
    {
        var random = new Random(9);
        foreach (var (task, outputs) in new[] { (LearningTask.BinaryClassification, 1), (LearningTask.MulticlassClassification, 4) })
        {
            var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.Linear(12), Layer.Tanh, Layer.Linear(outputs)), 6, random);
            var trained = network.Trained(task);
            var background = network.Background(random);
            using var explainer = trained.CreateExplainer(new ExplanationOptions { Background = background, Output = ExplainedOutput.Probability, Tolerance = 0.001 });
            float[] row = network.NextRow(random), probabilities = new float[outputs];
            trained.Predict(row, probabilities);
            var explanation = explainer.Explain(row);
            for (int output = 0; output < outputs; output++)
            {
                var one = explanation.Outputs[output];
                Assert.AreEqual(probabilities[output], one.Score, 1e-5);
                Assert.AreEqual(one.Score, one.BaseValue + one.Contributions.Sum(), 1e-5);
                double mean = 0;
                foreach (var (i, other) in background.Rows().Index())
                {
                    float[] predicted = new float[outputs];
                    trained.Predict(other, predicted);
                    mean += background.Weights[i] * predicted[output];
                }

                Assert.AreEqual(mean, one.BaseValue, 1e-5);
                Assert.IsLessThanOrEqualTo(0.002, Math.Abs(one.Gap));
            }

            Assert.AreEqual(Array.IndexOf(probabilities, probabilities.Max()), explanation.PredictedOutput);
        }

        using var number = TestNetworks.Create(2, 1).CreateExplainer(new ExplanationOptions { Background = new BackgroundRows([1, 2], 2) });
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => TestNetworks.Create(2, 1).CreateExplainer(new ExplanationOptions { Background = number.Background, Output = ExplainedOutput.Probability })).Message,
            "predicts a number, which has no probability");
    }

    [TestMethod]
    public void OfQuantilesTheMedianIsExplainedUnlessAnotherIsAskedFor()
    {
        var random = new Random(5);
        var network = UncertainNetworks.Quantiles;
        var explanation = network.WithBackground(new BackgroundRows([.. Enumerable.Range(0, 30).Select(_ => (float)RandomNetworks.Normal(random))], 3)).Explain([1, -2, 0.5f]);
        float[] outputs = new float[3];
        network.ComputeOutputs([1, -2, 0.5f], outputs);
        Assert.AreEqual(1, explanation.PredictedOutput);
        Assert.AreEqual(outputs[1], explanation.Score, 1e-5);
        Assert.AreEqual(outputs[2], explanation.Outputs[2].Score, 1e-5);
    }

    [TestMethod]
    public void AQuantizedNetworkIsExplainedByItsWeightsInSinglePrecision()
    {
        var random = new Random(3);
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.Linear(128), Layer.ReLU, Layer.Linear(128), Layer.ReLU, Layer.Linear(1)), 8, random).Trained();
        network = network.WithBackground(new BackgroundRows([.. Enumerable.Range(0, 80).Select(_ => (float)RandomNetworks.Normal(random))], 8));
        float[] row = [.. Enumerable.Range(0, 8).Select(_ => (float)RandomNetworks.Normal(random))];
        CollectionAssert.AreEqual(network.Explain(row).Contributions.ToArray(), network.Quantize().Explain(row).Contributions.ToArray());
    }

    [TestMethod]
    public void ErrorsNameWhatIsWrong()
    {
        var network = TestNetworks.Create(3, 1);
        var background = new BackgroundRows([1, 2, 3, 4, 5, 6], 3);
        NetworkExplainer Create(ExplanationOptions options) => network.CreateExplainer(options);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => network.Explain([1, 2, 3])).Message, "stores no background rows");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Create(new() { Background = new BackgroundRows([1, 2], 2) })).Message, "have 2 values each; the network reads 3");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Create(new() { Background = background, Tolerance = -0.1 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Create(new() { Background = background, Tolerance = double.NaN }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Create(new() { Background = background, MaximumSteps = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Create(new() { Background = background, MaximumSteps = 59_050 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Create(new() { Background = background, Output = (ExplainedOutput)2 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Create(new() { Background = background, View = (ContributionView)2 }));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Create(new() { Background = background, Columns = [] })).Message, "set it to Columns");
        var bare = TestNetworks.Create(Layer.Linear(1), 2);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => bare.CreateExplainer(new ExplanationOptions { Background = new BackgroundRows([1, 2, float.NaN, 1], 2) })).Message,
            "Background row 1 is predicted as NaN: it has a missing value");
        using var explainer = Create(new() { Background = background });
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => explainer.Explain([1, 2])).Message, "features has 2 values; 3 are needed");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => explainer.Explain([2, 1], [1, 1])).Message, "Index 1 follows 2");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => explainer.Explain([0, 3], [1, 1])).Message, "Index 3 follows 0");
        Assert.ThrowsExactly<ArgumentException>(() => explainer.Explain([0, 1], [1]));
        Assert.ThrowsExactly<ArgumentException>(() => explainer.Explain([1, 2, 3], new float[2]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => explainer.ExplainBlock([], -1, []));
        Assert.ThrowsExactly<ArgumentException>(() => explainer.ExplainBlock([1, 2, 3], 1, new float[3], new float[2]));
        Assert.ThrowsExactly<ArgumentException>(() => explainer.ExplainBlock([1, 2, 3], 1, new float[3], new float[1], new float[2]));
        explainer.ExplainBlock([], 0, []);
        explainer.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => explainer.Explain([1, 2, 3]));
        var module = new NetworkLayout(Layer.Sequential(LayerSamples.All.OfType<ModuleLayer>().First(), Layer.Linear(1)), 3);
        var withModule = new TrainedNetwork(module, new float[module.ParameterCount], new float[module.BufferCount], TestNetworks.History());
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => withModule.CreateExplainer(new ExplanationOptions { Background = background })).Message, "is a torch module");
    }
}
