using System.Reflection;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Every built-in loss, row by row in host memory, has the value and the gradient that torch's autograd gives its tensor form.</summary>
[TestClass]
public sealed class RowLossTests
{
    private static readonly double[] ThreeWeights = [0.25, 1, 3];

    private static readonly double[] ThreeQuantiles = [0.1, 0.5, 0.9];

    /// <summary>A loss, the width of its outputs, and labels that fit it.</summary>
    public static IEnumerable<object[]> Cases()
    {
        foreach (double smoothing in (double[])[0, 0.2])
        {
            yield return Case(Losses.BinaryCrossEntropy(0.7, smoothing), 1, [0, 1]);
            yield return Case(Losses.CrossEntropy(smoothing, ThreeWeights), 3, [0, 1, 2]);
            yield return Case(Losses.CrossEntropy(smoothing), CrossEntropyRowLoss.ManyClasses - 1, [0, 12, 30]);
            yield return Case(Losses.CrossEntropy(smoothing), CrossEntropyRowLoss.ManyClasses, [0, 12, 31]);
            yield return Case(Losses.CrossEntropy(smoothing), 133, [0, 127, 132]);
            yield return Case(Losses.KullbackLeiblerDivergence(smoothing), 1, [0, 1]);
            yield return Case(Losses.KullbackLeiblerDivergence(smoothing), 3, [0, 1, 2]);
        }

        foreach (double gamma in (double[])[0, 0.5, 1, 2, 7.5])
        {
            yield return Case(Losses.Focal(gamma), 1, [0, 1]);
            yield return Case(Losses.Focal(gamma), 3, [0, 1, 2]);
        }

        yield return Case(Losses.NegativeLogLikelihood(), 3, [0, 1, 2]);
        yield return Case(Losses.NegativeLogLikelihood(ThreeWeights), 3, [0, 1, 2]);
        yield return Case(Losses.Poisson(), 1, [0, 0.5f, 3, 1000]);
        float[] numbers = [0, 0.5f, -0.5f, 1, -3.25f, 1000, 1e-20f];
        yield return Case(Losses.MeanSquaredError(), 1, numbers);
        yield return Case(Losses.MeanAbsoluteError(), 1, numbers);
        yield return Case(Losses.SmoothL1(), 1, numbers);
        yield return Case(Losses.SmoothL1(0.5), 1, numbers);
        yield return Case(Losses.Huber(), 1, numbers);
        yield return Case(Losses.Huber(0.5), 1, numbers);
        yield return Case(Losses.Quantile(), 1, numbers);
        yield return Case(Losses.Quantile(0.9), 1, numbers);
        yield return Case(Losses.Quantiles(0.05, 0.5, 0.95), 3, numbers);
        yield return Case(Losses.Quantiles(0.1, 0.3), 2, numbers);
        yield return Case(Losses.Quantiles(0.6, 0.7, 0.8, 0.9), 4, numbers);
        yield return Case(Losses.Quantiles(0.1, 0.2, 0.3, 0.45, 0.6), 5, numbers);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ValuesAndGradientsAreTorchs(string name, Loss loss, int width, float[] labels)
    {
        foreach (int members in (int[])[1, 3])
        {
            foreach (bool isWeighted in (bool[])[false, true])
                Check(loss.OfMembers(members), width * members, labels, isWeighted, $"{name}, {members} members, weighted: {isWeighted}");
        }
    }

    [TestMethod]
    public void EveryLossButCustomHasARowForm()
    {
        var factories = typeof(Losses).GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => method.ReturnType == typeof(Loss)).ToArray();
        Assert.IsGreaterThan(10, factories.Length);
        foreach (var factory in factories)
        {
            bool isCustom = factory.Name == nameof(Losses.Custom);
            Func<Tensor, Tensor, Tensor> own = (outputs, _) => outputs;
            var loss = (Loss)factory.Invoke(null, [.. factory.GetParameters().Select((parameter, i) => isCustom && i == 0 ? own : parameter.HasDefaultValue ? parameter.DefaultValue : ThreeQuantiles)])!;
            Assert.AreEqual(isCustom, loss.RowForm is null, factory.Name);
            Assert.AreEqual(isCustom, loss.OfMembers(4).RowForm is null, factory.Name);
        }
    }

    [TestMethod]
    public void ATieHasTheMeanOfBothSlopes()
    {
        // Torch's halves at a kink, stated as numbers.
        Check(Losses.MeanAbsoluteError(), 2, 2, 0, 0);
        Check(Losses.Quantile(0.9), 2, 2, 0, -0.4f);
        Check(Losses.Huber(1), 3, 2, 0.5f, 1);
        Check(Losses.SmoothL1(1), 1, 2, 0.5f, -1);

        static void Check(Loss loss, float output, float label, float value, float slope)
        {
            float[] gradient = [float.NaN];
            Assert.AreEqual(value, loss.RowForm!.Evaluate([output], label, 1, gradient), 1e-6f, loss.Name);
            Assert.AreEqual(slope, gradient[0], 1e-6f, loss.Name);
        }
    }

    [TestMethod]
    public void TrainingWithABuiltInLossMakesNoTensors()
    {
        var rows = TrainingPlans.TwoClasses(60, 4, 3);
        foreach (var (loss, isManaged) in new[] { (Losses.Focal(), true), (Losses.Huber().OfMembers(1), true), (Losses.Custom((x, y) => (x - y).pow(2)), false) })
        {
            var plan = TrainingPlans.Plain(Layer.Linear(1), 4, loss, Optimizers.AdamW(), 0.01, 2, 3);
            using var scope = NewDisposeScope();
            using var resources = new ResourceStack();
            var network = resources.Add(new TorchNetwork(plan.Layout, CPU, 1));
            var batches = resources.Add(BatchSource.Open(plan, rows, 60, network.Scale, null));
            Assert.AreEqual(isManaged, !new HostEngine(plan, network, batches, null, 1, InputForm.Dense, null, resources).MakesTensors, loss.Name);
        }
    }

    private static void Check(Loss loss, int width, float[] labels, bool isWeighted, string what)
    {
        var random = new Random(7);
        float[] extremes = [0, 1, -1, 0.5f, 40, -40, 85, -85, 1e-20f, -1e-4f];
        const int Rows = 400;
        bool isNumeric = loss.Fits(LearningTask.Regression);
        float[] y = [.. Enumerable.Range(0, Rows).Select(_ => labels[random.Next(labels.Length)])];
        float[] x = [.. Enumerable.Range(0, Rows * width).Select(i => random.Next(4) switch
        {
            0 => extremes[random.Next(extremes.Length)],
            1 when isNumeric && !loss.PredictsLogarithm => y[i / width] + (random.Next(-2, 3) * 0.5f), // ties and kinks
            _ => (float)(RandomNetworks.Normal(random) * 3),
        })];
        float[]? weights = isWeighted ? [.. Enumerable.Range(0, Rows).Select(_ => random.Next(5) == 0 ? 0 : (float)random.NextDouble())] : null;

        using var scope = NewDisposeScope();
        bool hasClasses = !isNumeric && labels.Length == ThreeWeights.Length;
        long[] shape = hasClasses ? [Rows] : [Rows, 1];
        var all = tensor(x, [Rows, width]).requires_grad_();
        var targets = hasClasses ? tensor(y).to(ScalarType.Int64) : tensor(y, [Rows, 1]);
        var mean = loss.Mean(all, targets, weights is null ? null : tensor(weights, shape));
        mean.backward();
        double[] expected = [.. all.grad!.data<float>().ToArray().Select(value => value * DivisorOf(loss.RowForm!, y, weights))];
        for (int row = 0; row < Rows; row++)
        {
            string where = $"of row {row}: {Text(row)}";
            float[] gradient = [.. Enumerable.Repeat(float.NaN, width)];
            float value = loss.RowForm!.Evaluate(x.AsSpan(row * width, width), y[row], weights?[row] ?? 1, gradient);
            for (int i = 0; i < width; i++)
                AssertClose(expected[(row * width) + i], gradient[i], $"{what}, gradient {i} {where}");
            if (row % 20 == 0)
                AssertClose(loss.Mean(all.narrow(0, row, 1), targets.narrow(0, row, 1), null).item<float>(), value / DivisorOf(loss.RowForm, [y[row]], null), $"{what}, loss {where}");
        }

        // The mean over a batch, by whose weights of classes it is divided.
        var layout = new NetworkLayout(Layer.Scale, width);
        using var pass = new HostPass(layout, [layout.Root], [.. Enumerable.Repeat(1f, width)], [], Rows);
        AssertClose(mean.item<float>(), pass.ComputeGradient(x, y, weights, null, loss.RowForm!), what);

        string Text(int row) => $"{string.Join(' ', x[(row * width)..((row + 1) * width)])} for {y[row]}";
    }

    private static unsafe double DivisorOf(RowLoss loss, float[] labels, float[]? weights)
    {
        fixed (float* y = labels, w = weights)
        {
            var batch = new RowBatch(null, 0, y, w, null, labels.Length);
            return loss.Divisor(in batch);
        }
    }

    private static void AssertClose(double expected, double actual, string what) =>
        Assert.AreEqual(expected, actual, 4e-6 * Math.Max(1, Math.Abs(expected)), what);

    private static object[] Case(Loss loss, int width, float[] labels) => [$"{loss.Name} of {width}", loss, width, labels];
}
