using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Contributions against what they must be: closed forms, torch's autograd, Shapley values by sampling, and their axioms.</summary>
[TestClass]
public sealed class ContributionTruthTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void LinearNetworksAreExplainedExactly(int outputs)
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            const int Inputs = 9;
            var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.Scale, Layer.Linear(11), Layer.Linear(outputs)), Inputs, random);
            float[] p = network.Parameters;
            double Slope(int output, int input)
            {
                // Scale, then [11, 9] weights, 11 biases, [outputs, 11] weights.
                double sum = 0;
                for (int unit = 0; unit < 11; unit++)
                    sum += (double)p[Inputs + (11 * Inputs) + 11 + (output * 11) + unit] * p[Inputs + (unit * Inputs) + input] * p[input];
                return sum;
            }

            var background = network.Background(random);
            using var explainer = network.Trained().CreateExplainer(new ExplanationOptions { Background = background });
            float[] row = network.NextRow(random);
            var explanation = explainer.Explain(row);
            for (int output = 0; output < outputs; output++)
            {
                double[] expected = [.. Enumerable.Range(0, Inputs).Select(input =>
                {
                    double slope = Slope(output, input) - (outputs == 1 ? 0 : Enumerable.Range(0, outputs).Average(other => Slope(other, input)));
                    return slope * (row[input] - background.Rows().Select((other, i) => (double)background.Weights[i] * other[input]).Sum());
                })];
                double size = 1 + expected.Max(Math.Abs);
                for (int input = 0; input < Inputs; input++)
                    Assert.AreEqual(expected[input], explanation.Outputs[output].Contributions[input], 1e-5 * size, $"seed {seed}, output {output}, input {input}");
                Assert.AreEqual(0, explanation.Outputs[output].Gap, 1e-5 * size);
            }
        }
    }

    [TestMethod]
    public void IntegratedGradientsAreThoseOfAutograd()
    {
        int compared = 0;
        for (int seed = 0; seed < 120; seed++)
        {
            var random = new Random(seed);
            var network = RandomNetworks.Next(random);
            if (network.Layout.Root.DescendantsAndSelf().Any(node => node.Layer is LayerNormLayer && node.InputWidth < 3))
                continue; // divides rounding errors by each other
            if (SlotEmbeddings.Of(network.Layout.AfterScaling, network.Layout.ScaledWidth) is not null)
                continue; // paths are straight after the embeddings
            var trained = network.Trained();
            var background = network.Background(random, 4);
            float[] row = network.NextRow(random);
            ExplanationOptions options = new() { Background = background, Tolerance = 1, MaximumSteps = 3 };
            using var explainer = trained.CreateExplainer(options);
            var explanation = explainer.Explain(row);
            if (explanation.Outputs.Any(output => !double.IsFinite(output.Score)))
                continue;
            using var scope = NewDisposeScope();
            var torch = new TorchNetwork(network.Layout, CPU, seed: 0) { DropoutFactor = 0 };
            torch.Load(network.Parameters, network.Buffers);
            for (int output = 0; output < explanation.Outputs.Count; output++)
            {
                double[] expected = Integrate(torch, background, row, output, trained.Task);
                double size = 1e-2 + expected.Max(Math.Abs), gap = explanation.Outputs[output].Gap, total = expected.Sum(Math.Abs);
                for (int i = 0; i < expected.Length; i++)
                {
                    double restored = expected[i] + (total > 0 ? gap * Math.Abs(expected[i]) / total : 0);
                    Assert.AreEqual(restored, explanation.Outputs[output].Contributions[i], 1e-4 * size, $"seed {seed}, output {output}, slot {i}: {network}");
                }
            }

            compared++;
        }

        Assert.IsGreaterThanOrEqualTo(60, compared);
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void NumbersThatAreEmbeddedAndAddedUpContributeTheirFunctions(bool scales)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            const int Inputs = 6;
            var embeddings = Layer.Concat(
                Layer.Sequential(Layer.Select(new SlotRange(0, 4)), Layer.PeriodicEmbedding(8, 3)),
                Layer.Sequential(Layer.Select(new SlotRange(1, 3)), Layer.PiecewiseLinearEmbedding(7, 4)),
                Layer.Select(new SlotRange(4, 2)));
            var network = RandomNetworks.WithWeights(scales ? Layer.Sequential(Layer.RobustScale, embeddings, Layer.Linear(1)) : Layer.Sequential(embeddings, Layer.Linear(1)), Inputs, random);
            var trained = network.Trained();
            var background = network.Background(random);
            float[] row = network.NextRow(random);
            using var explainer = trained.CreateExplainer(new ExplanationOptions { Background = background, MaximumSteps = 3 });
            var explanation = explainer.Explain(row);

            // The score is a sum of functions of one number each, so that exchanging a number changes it by the difference of one of them.
            double size = 1e-2 + Math.Abs(explanation.Score);
            for (int slot = 0; slot < Inputs; slot++)
            {
                double expected = background.Rows().Select((other, i) =>
                {
                    float[] exchanged = [.. other];
                    exchanged[slot] = row[slot];
                    return background.Weights[i] * (Explained.Scores(trained, exchanged)[0] - Explained.Scores(trained, other)[0]);
                }).Sum();
                Assert.AreEqual(expected, explanation.Contributions[slot], 1e-4 * size, $"seed {seed}, slot {slot}");
            }

            Assert.AreEqual(0, explanation.Gap, 1e-4 * size, $"seed {seed}");
        }
    }

    [TestMethod]
    public void ContributionsAndBaseValueSumToTheScore()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var network = RandomNetworks.Next(random);
            var trained = network.Trained();
            var background = network.Background(random);
            using var explainer = trained.CreateExplainer(new ExplanationOptions { Background = background, MaximumSteps = 729 });
            float[] row = network.NextRow(random);
            var explanation = explainer.Explain(row);
            double[] scores = Explained.Scores(trained, row);
            double[][] ofBackground = [.. background.Rows().Select(other => Explained.Scores(trained, other))];
            for (int output = 0; output < scores.Length; output++)
            {
                var one = explanation.Outputs[output];
                double mean = ofBackground.Select((values, i) => background.Weights[i] * values[output]).Sum();
                double spread = Math.Sqrt(ofBackground.Select((values, i) => background.Weights[i] * Math.Pow(values[output] - mean, 2)).Sum());
                double size = 1e-3 + Math.Abs(scores[output]) + Math.Abs(mean) + one.Contributions.Sum(value => Math.Abs(value));
                string what = $"seed {seed}, output {output}: {network}";
                Assert.AreEqual(scores[output], one.Score, 1e-4 * size, what);
                Assert.AreEqual(mean, one.BaseValue, 1e-4 * size, what);
                Assert.AreEqual(one.Score, one.BaseValue + one.Contributions.Sum(value => (double)value), 1e-5 * size, what);
                Assert.IsTrue(Math.Abs(one.Gap) <= (0.011 * spread) + (1e-4 * size) || explanation.Steps == 7 * 729, $"gap {one.Gap} of {spread}, {what}");
            }
        }
    }

    [TestMethod]
    public void ASlotThatTheNetworkDoesNotReadContributesNothing()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var network = Headed(random, (weights, units, inputs) =>
            {
                for (int unit = 0; unit < units; unit++)
                    weights[(unit * inputs) + 2] = 0;
            });
            using var explainer = network.Trained().CreateExplainer(new ExplanationOptions { Background = network.Background(random) });
            Assert.IsTrue(explainer.Explain(network.NextRow(random)).Outputs.All(output => output.Contributions[2] is 0 or float.NaN), $"seed {seed}: {network}");
        }
    }

    [TestMethod]
    public void SlotsOfTheSameEffectAndValueContributeTheSame()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var network = Headed(random, (weights, units, inputs) =>
            {
                for (int unit = 0; unit < units; unit++)
                    weights[(unit * inputs) + 2] = weights[unit * inputs];
            });
            float[] Same(float[] row) => [row[0], row[1], row[0], .. row[3..]];
            var background = new BackgroundRows([.. Enumerable.Range(0, 6).SelectMany(_ => Same(network.NextRow(random)))], network.Layout.InputWidth);
            using var explainer = network.Trained().CreateExplainer(new ExplanationOptions { Background = background });
            foreach (var output in explainer.Explain(Same(network.NextRow(random))).Outputs)
                Assert.AreEqual(output.Contributions[0], output.Contributions[2], 1e-5 * (1 + output.Contributions.Max(MathF.Abs)), $"seed {seed}: {network}");
        }
    }

    [TestMethod]
    public void ContributionsToASumOfNetworksAreTheSumsOfTheirs()
    {
        for (int seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            Layer Branch() => Layer.Sequential(Layer.Linear(random.Next(3, 20)), RandomNetworks.Activations[random.Next(RandomNetworks.Activations.Count)], Layer.Linear(1));
            var both = RandomNetworks.WithWeights(Layer.Sum(Branch(), Branch()), 6, random);
            var background = both.Background(random);
            float[] row = both.NextRow(random);

            // The same steps everywhere, so many that the gap is far below what is compared.
            ExplanationOptions options = new() { Background = background, Tolerance = 0, MaximumSteps = 2187 };
            double[] sums = new double[6];
            int offset = 0;
            foreach (var branch in both.Layout.Root.Children)
            {
                var layout = new NetworkLayout(branch.Layer, 6);
                var part = new TrainedNetwork(layout, both.Parameters[offset..(offset += layout.ParameterCount)], [], TestNetworks.History());
                using var explainer = part.CreateExplainer(options);
                foreach (var (i, contribution) in explainer.Explain(row).Contributions.Index())
                    sums[i] += contribution;
            }

            using var whole = both.Trained().CreateExplainer(options);
            var contributions = whole.Explain(row).Contributions;
            for (int i = 0; i < 6; i++)
                Assert.AreEqual(sums[i], contributions[i], 2e-3 * (0.1 + sums.Max(Math.Abs)), $"seed {seed}, slot {i}: {both}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TrainedNetworksAgreeWithShapleyValues(TaskCase task) =>
        AgreesWithShapleyValues(task, options => (options.HiddenUnits, options.NumberOfEpochs, options.NumberOfBackgroundRows) = ([32, 32], 40, 16));

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void DefaultNetworksAgreeWithShapleyValues(TaskCase task)
    {
        double steps = AgreesWithShapleyValues(task, options =>
        {
            TaskCase.SetSmallDefault(options, networks: 2);
            options.Defaults = options.Defaults! with { HiddenUnits = [32, 32], NumberOfEpochs = 60 };
            options.NumberOfBackgroundRows = 16;
        });

        // Along lines before the embeddings, 7 to 9, and 43 for three classes, all of which must come near.
        Assert.IsLessThan(task == TaskCase.Multiclass ? 22 : 6, steps);
    }

    /// <summary>Returns the mean number of steps from a background row to a row.</summary>
    private static double AgreesWithShapleyValues(TaskCase task, Action<DenseNetOptions> set)
    {
        var ml = new MLContext(seed: 1);
        var rows = ScoringRow.Create(400);
        var random = new Random(3);
        foreach (var row in rows)
        {
            // Something to learn in each task, with products and thresholds.
            float score = (row.Features[0] * row.Features[1]) + (row.Features[2] > 0.3f ? 1.5f : -0.5f) + MathF.Sin(2 * row.Features[3]) + (0.1f * random.NextSingle());
            (row.Value, row.Flag, row.Class) = (score, score > 0, ScoringRow.ClassNames[score < -0.7f ? 0 : score < 0.7f ? 1 : 2]);
        }

        var network = task.NetworkOf(task.Trainer(ml, set).Fit(TestTransformers.Data(ml, rows)));
        using var explainer = network.CreateExplainer();
        var (ours, sampled, steps) = (new List<double>(), new List<double>(), new List<double>());
        foreach (var row in rows.Take(12))
        {
            var explanation = explainer.Explain(row.Features);
            double largest = explanation.Outputs.Max(output => output.Contributions.Max(Math.Abs));
            for (int output = 0; output < explanation.Outputs.Count; output++)
            {
                double gap = Math.Abs(explanation.Outputs[output].Gap);
                Assert.IsLessThan(0.02 * largest, gap, $"{explanation.Steps} steps");
                Assert.IsLessThanOrEqualTo(0.0101 * SpreadOf(network, output), gap, $"{explanation.Steps} steps");
            }

            steps.Add((double)explanation.Steps / network.Background!.Count);
            for (int output = 0; output < explanation.Outputs.Count; output++)
                ours.AddRange(explanation.Outputs[output].Contributions.Select(value => (double)value));
            foreach (double[] values in Shapley(network, network.Background!, row.Features, 1000, random))
                sampled.AddRange(values);
        }

        Assert.IsGreaterThan(0.95, Explained.Correlation(ours, sampled));
        return steps.Average();
    }

    /// <summary>The weighted standard deviation of an explained value over the background rows.</summary>
    private static double SpreadOf(TrainedNetwork network, int output)
    {
        var background = network.Background!;
        double[] values = [.. background.Rows().Select(row => Explained.Scores(network, row)[output])];
        double mean = values.Select((value, i) => background.Weights[i] * value).Sum();
        return Math.Sqrt(values.Select((value, i) => background.Weights[i] * Math.Pow(value - mean, 2)).Sum());
    }

    /// <summary>A Linear that <paramref name="change"/> alters, with a random network after it.</summary>
    private static RandomNetwork Headed(Random random, Action<Span<float>, int, int> change)
    {
        var tail = RandomNetworks.Next(random).Layout;
        const int Inputs = 5;
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.Linear(tail.InputWidth), tail.Layer), Inputs, random);
        change(network.Parameters, tail.InputWidth, Inputs);
        return network;
    }

    /// <summary>Contributions from three points between each background row and the row, before the gap is distributed.</summary>
    private static double[] Integrate(TorchNetwork network, BackgroundRows background, float[] row, int output, LearningTask task)
    {
        const int Points = 3;
        int width = row.Length;
        var end = network.Scale(tensor(row, [1, width]));
        double[] sums = new double[width];
        for (int i = 0; i < background.Count; i++)
        {
            var start = network.Scale(tensor(background.Rows()[i], [1, width]));
            for (int point = 0; point < Points; point++)
            {
                var x = (start + ((end - start) * ((point + 0.5) / Points))).detach().requires_grad_();
                var outputs = network.ForwardScaled(x, training: false);
                if (task == LearningTask.MulticlassClassification)
                    outputs -= outputs.mean([1], keepdim: true);
                outputs[0, output].backward();
                float[] products = ((end - start) * x.grad!).contiguous().data<float>().ToArray();
                for (int slot = 0; slot < width; slot++)
                    sums[slot] += background.Weights[i] * products[slot] / Points;
            }
        }

        return sums;
    }

    /// <summary>Shapley values by sampled permutations, forward and backward, for each output: by how much a slot changes the score when it takes the row's value after those before it.</summary>
    private static double[][] Shapley(TrainedNetwork network, BackgroundRows background, float[] row, int permutations, Random random)
    {
        int width = row.Length, outputs = network.Layout.OutputWidth;
        double[][] values = [.. Enumerable.Range(0, outputs).Select(_ => new double[width])];
        int[] order = [.. Enumerable.Range(0, width)];
        float[][] starts = background.Rows();
        for (int i = 0; i < 2 * permutations; i++)
        {
            int start = i / 2 % starts.Length;
            if (i % 2 == 0)
                random.Shuffle(order);
            else
                Array.Reverse(order);
            float[] current = [.. starts[start]];
            double[] before = Explained.Scores(network, current);
            foreach (int slot in order)
            {
                current[slot] = row[slot];
                double[] after = Explained.Scores(network, current);
                for (int output = 0; output < outputs; output++)
                    values[output][slot] += background.Weights[start] * starts.Length * (after[output] - before[output]) / (2 * permutations);
                before = after;
            }
        }

        return values;
    }
}
