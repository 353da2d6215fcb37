using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Muon against PyTorch's formula in double precision, on the processor and in torch.</summary>
[TestClass]
public sealed class MuonTests
{
    public static IEnumerable<object[]> Cases()
    {
        foreach (var (rows, columns) in new[] { (4, 4), (3, 17), (17, 3), (2, 2), (40, 70), (70, 40), (129, 65) })
        {
            yield return Case(Optimizers.Muon(), rows, columns);
            yield return Case(Optimizers.Muon(0.8, nesterov: false, adjustment: MuonAdjustment.MatchRmsAdamW), rows, columns);
            yield return Case(Optimizers.Muon(0, coefficients: [2, -1.5, 0.5], epsilon: 100, steps: 3), rows, columns);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void StepsAreThoseOfPyTorchsFormula(string name, Optimizer optimizer, int rows, int columns)
    {
        const double Rate = 0.1, Decay = 0.2;
        const int Steps = 6;
        var random = new Random(3);
        float[] start = Draw(random, rows * columns);
        float[][] gradients = [.. Enumerable.Range(0, Steps).Select(_ => Draw(random, rows * columns))];
        double[] expected = Reference(optimizer.Muon!, rows, columns, start, gradients, Rate, Decay);
        float[] actual = Run(optimizer, start, gradients, [new ParameterGroup(0, rows * columns, Rows: rows)], Rate, Decay);
        for (int i = 0; i < actual.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 2e-5, $"{name}, value {i}");
    }

    [TestMethod]
    public void SingularValuesOfAnUpdateAreNearOne()
    {
        foreach (var (rows, columns) in new[] { (30, 50), (50, 30), (64, 64), (5, 200) })
        {
            using var scope = NewDisposeScope();
            float[] gradient = Draw(new Random(1), rows * columns);
            float[] update = Run(Optimizers.Muon(), new float[rows * columns], [gradient], [new ParameterGroup(0, rows * columns, Rows: rows)], rate: 1, decay: 0);
            double factor = Math.Sqrt(Math.Max(1, (double)rows / columns));
            float[] before = linalg.svdvals(tensor(gradient, [rows, columns])).data<float>().ToArray();
            float[] values = linalg.svdvals(tensor(update, [rows, columns])).data<float>().ToArray();
            Assert.HasCount(Math.Min(rows, columns), values);
            foreach (var (value, i) in values.Select((value, i) => (value / factor, i)))
            {
                // Five steps bring whatever was above a hundredth of the norm to 0.7 to 1.2.
                if (before[i] > 0.01 * before.Sum(each => each * each) / Math.Sqrt(before.Sum(each => each * each)))
                    Assert.IsTrue(value is > 0.65 and < 1.25, $"[{rows}, {columns}]: {value}");
            }
        }
    }

    [TestMethod]
    public void ThreadsChangeNoBit()
    {
        const int Rows = 150, Columns = 333;
        var random = new Random(2);
        float[] start = Draw(random, Rows * Columns);
        float[][] gradients = [Draw(random, Rows * Columns), Draw(random, Rows * Columns)];
        ParameterGroup[] groups = [new(0, Rows * Columns, Rows: Rows)];
        float[] one = Run(Optimizers.Muon(), start, gradients, groups, 0.1, 0.1, threads: 1);
        CollectionAssert.AreEqual(one, Run(Optimizers.Muon(), start, gradients, groups, 0.1, 0.1, threads: 3));
        CollectionAssert.AreNotEqual(start, one);
    }

    [TestMethod]
    public void AMatrixWithoutAGradientStaysFinite()
    {
        float[] start = Draw(new Random(2), 12), still = Run(Optimizers.Muon(), start, [new float[12]], [new ParameterGroup(0, 12, Rows: 3)], 0.1, 0);
        CollectionAssert.AreEqual(start, still);
    }

    [TestMethod]
    public void FactorsOfAGroupScaleRateAndDecay()
    {
        var random = new Random(2);
        float[] start = Draw(random, 20);
        float[][] gradients = [Draw(random, 20), Draw(random, 20)];
        CollectionAssert.AreEqual(
            Run(Optimizers.Muon(), start, gradients, [new ParameterGroup(0, 20, Rows: 4)], 0.05, 0.3),
            Run(Optimizers.Muon(), start, gradients, [new ParameterGroup(0, 20, 0.5, 3, Rows: 4)], 0.1, 0.1));
        CollectionAssert.AreEqual(start, Run(Optimizers.Muon(), start, gradients, [new ParameterGroup(0, 20, 0, 1, Rows: 4)], 0.1, 0.1));
    }

    [TestMethod]
    public void OnlyHiddenWeightsAreMatrices()
    {
        var embedding = Layer.Concat(
            Layer.Sequential(Layer.Select(new SlotRange(0, 2)), Layer.PeriodicEmbedding(3, 2)),
            Layer.Sequential(Layer.Select(new SlotRange(2, 4)), Layer.Linear(3, bias: false)));
        var network = Layer.Sequential(
            embedding, Layer.Linear(5), Layer.BatchNorm(), Layer.PReLU(), Layer.Residual(Layer.Sequential(Layer.Linear(4, bias: false), Layer.ReLU, Layer.Linear(5))), Layer.Scale, Layer.Linear(1), Layer.ReLU, Layer.Linear(3));
        var layout = new NetworkLayout(network, 6);
        var groups = MuonGroups.Of(layout, [new ParameterGroup(0, layout.ParameterCount, 2, 3)], Optimizers.Muon(adamWLearningRate: 0.025).Muon!, 0.1);
        string Names(Func<ParameterGroup, bool> condition) => string.Join(' ', layout.Tensors.Where(place => place.IsTrained && condition(groups.Single(group => group.Offset == place.Offset && group.Count == place.Count))).Select(place => place.Name));

        // Not the output's (8), nor one of a single row (6), nor the embedding of categories (0.1.1).
        Assert.AreEqual("1.weight 4.0.0.weight 4.0.2.weight", Names(group => group.Rows > 0));
        Assert.AreEqual("0.1.1.weight 1.weight 3.weight 4.0.0.weight 4.0.2.weight 5.weight 6.weight 8.weight", Names(group => group.WeightDecayFactor == 3));
        Assert.AreEqual("1.weight 4.0.0.weight 4.0.2.weight", Names(group => group.LearningRateFactor == 2));
        Assert.IsTrue(groups.All(group => group.Rows > 0 ? group.LearningRateFactor == 2 && group.Count % group.Rows == 0 : group.LearningRateFactor == 0.5 && group.WeightDecayFactor is 0 or 3));
        Assert.AreEqual(layout.ParameterCount, groups.Sum(group => group.Count));

        var members = new NetworkLayout(EnsembleNetwork.Of(Layer.Sequential(Layer.Linear(6), Layer.ReLU, Layer.Linear(4)), 3, 2, MeanKind.Outputs), 5);
        groups = MuonGroups.Of(members, [new ParameterGroup(0, members.ParameterCount)], Optimizers.Muon().Muon!, 0.1);
        CollectionAssert.AreEqual(new[] { (30, 6), (24, 4) }, groups.Where(group => group.Rows > 0).Select(group => (group.Count, group.Rows)).ToArray(), "the weights that members share");
    }

    [TestMethod]
    public void TorchMakesTheSameSteps()
    {
        var rows = TrainingPlans.TwoClasses(60, 4, 3);
        var layer = Layer.Sequential(Layer.Linear(6), Layer.Tanh, Layer.Linear(9), Layer.Tanh, Layer.Linear(1));
        TrainingResult Train(Optimizer optimizer) => TrainingRun.Train(
            TrainingPlans.Plain(layer, 4, Losses.BinaryCrossEntropy(), optimizer, 0.05, 30, 3) with { WeightDecay = 0.5, WeightDecaySchedule = Schedules.FlatCosine, Schedule = Schedules.Cosine() }, rows, null);
        foreach (var ours in new[] { Optimizers.Muon(adamWLearningRate: 0.01), Optimizers.Muon(nesterov: false, adjustment: MuonAdjustment.MatchRmsAdamW) })
        {
            var unfused = new Optimizer("unfused", (parameters, rate, decay) => optim.AdamW(parameters, rate, weight_decay: decay)) { Muon = ours.Muon };
            var (expected, actual) = (Train(ours), Train(unfused));
            for (int i = 0; i < 30; i++)
                Assert.AreEqual(expected.History[i].TrainingLoss, actual.History[i].TrainingLoss, 2e-5, $"{ours}, step {i}");
            Assert.IsLessThan(0.9 * expected.History[0].TrainingLoss, expected.History[^1].TrainingLoss, "it learns");
        }
    }

    [TestMethod]
    public void OptionsOutOfRangeAreNamed()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Optimizers.Muon(momentum: 1)).Message, "momentum is 1");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Optimizers.Muon(steps: 100)).Message, "steps is 100; it must be from 1 to 99");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Optimizers.Muon(coefficients: [3, double.NaN, 1])).Message, "coefficients[1] is NaN");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Optimizers.Muon(coefficients: [3, 1])).Message, "coefficients has 2 values");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Optimizers.Muon(epsilon: 0)).Message, "epsilon is 0");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Optimizers.Muon(adamWLearningRate: 0)).Message, "adamWLearningRate is 0");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Optimizers.Muon(adjustment: (MuonAdjustment)7)).Message, "Original, MatchRmsAdamW");
    }

    /// <summary>PyTorch's <c>_single_tensor_muon</c>, line by line.</summary>
    private static double[] Reference(MuonSettings settings, int rows, int columns, float[] start, float[][] gradients, double rate, double decay)
    {
        double[] values = [.. start.Select(value => (double)value)], average = new double[values.Length];
        foreach (float[] gradient in gradients)
        {
            double[] update = new double[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                average[i] += (gradient[i] - average[i]) * (1 - settings.Momentum);
                update[i] = settings.Nesterov ? gradient[i] + ((average[i] - gradient[i]) * settings.Momentum) : average[i];
            }

            bool isTall = rows > columns;
            var x = isTall ? Transposed(update, rows, columns) : update;
            var (r, c) = isTall ? (columns, rows) : (rows, columns);
            double norm = Math.Max(Math.Sqrt(x.Sum(value => value * value)), settings.Epsilon);
            x = [.. x.Select(value => value / norm)];
            for (int step = 0; step < settings.Steps; step++)
            {
                double[] gram = Product(x, Transposed(x, r, c), r, c, r), square = Product(gram, gram, r, r, r);
                double[] polynomial = [.. gram.Select((value, i) => (settings.Coefficients.B * value) + (settings.Coefficients.C * square[i]))];
                double[] product = Product(polynomial, x, r, r, c);
                x = [.. x.Select((value, i) => (settings.Coefficients.A * value) + product[i])];
            }

            x = isTall ? Transposed(x, r, c) : x;
            double ratio = settings.Adjustment == MuonAdjustment.Original ? Math.Sqrt(Math.Max(1, (double)rows / columns)) : 0.2 * Math.Sqrt(Math.Max(rows, columns));
            for (int i = 0; i < values.Length; i++)
                values[i] = (values[i] * (1 - (rate * decay))) - (rate * ratio * x[i]);
        }

        return values;
    }

    private static double[] Transposed(double[] x, int rows, int columns) => [.. Enumerable.Range(0, columns).SelectMany(column => Enumerable.Range(0, rows).Select(row => x[(row * columns) + column]))];

    private static double[] Product(double[] x, double[] y, int rows, int depth, int columns)
    {
        double[] product = new double[rows * columns];
        for (int i = 0; i < rows; i++)
        {
            for (int k = 0; k < depth; k++)
            {
                for (int j = 0; j < columns; j++)
                    product[(i * columns) + j] += x[(i * depth) + k] * y[(k * columns) + j];
            }
        }

        return product;
    }

    private static unsafe float[] Run(Optimizer optimizer, float[] start, float[][] gradients, ParameterGroup[] groups, double rate, double decay, int threads = 2)
    {
        float[] values = [.. start];
        var fused = optimizer.Fuse!(values.Length, groups);
        fused.Threads = threads;
        foreach (float[] gradient in gradients)
        {
            fixed (float* value = values, slope = gradient)
                fused.Step(value, slope, rate, decay);
        }

        return values;
    }

    private static float[] Draw(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)RandomNetworks.Normal(random))];

    private static object[] Case(Optimizer optimizer, int rows, int columns) => [$"{optimizer.Name} of [{rows}, {columns}]", optimizer, rows, columns];
}
