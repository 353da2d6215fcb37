using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class DataDrivenInitializerTests
{
    [TestMethod]
    public void EveryUnitHasDeviationOneAndItsKinkAmongTheRows()
    {
        const int Rows = 400, Inputs = 6;
        var random = new Random(3);
        float[] features = [.. Enumerable.Range(0, Rows * Inputs).Select(_ => (float)((7 * random.NextDouble()) + 2))];
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(20), Layer.SELU, Layer.Linear(3)), Inputs);
        using var scope = torch.NewDisposeScope();
        var network = new TorchNetwork(layout, torch.CPU, seed: 1);
        new DataDrivenInitializer(network, seed: 1).Run(torch.tensor(features, [Rows, Inputs]));
        float[] parameters = network.CopyParameters();

        // The same layers cut off after the first and after the last Linear, computed by the reference in double precision.
        foreach (var (part, count) in new[] { (Layer.Linear(20), Inputs * 20 + 20), (layout.Layer, parameters.Length) })
        {
            var cut = new NetworkLayout(part, Inputs);
            double[][] outputs = [.. Enumerable.Range(0, Rows).Select(row => ReferenceNetwork.Run(cut, parameters.AsSpan(0, count), [], features.AsSpan(row * Inputs, Inputs)))];
            for (int unit = 0; unit < cut.OutputWidth; unit++)
            {
                double[] values = [.. outputs.Select(row => row[unit])];
                double mean = values.Average();
                Assert.AreEqual(1, Math.Sqrt(values.Average(value => (value - mean) * (value - mean))), 1e-4, $"unit {unit}");
                Assert.IsTrue(values.Min() < 0 && values.Max() > 0, $"unit {unit} is 0 somewhere between the rows");
            }
        }
    }

    [TestMethod]
    [DataRow(2, 2, true)]
    [DataRow(15, 15, true)]
    [DataRow(40, 2, true)] // the same two again and again
    [DataRow(16, 16, false)]
    public void OfFewDifferentRowsTheExpectedDeviationCounts(int rows, int different, bool isFew)
    {
        // A unit whose weights are N(0, 1) has variance Σ var(x): divided by its root, all weights are normal of deviation 1 / root.
        const int Inputs = 8, Units = 400;
        var random = new Random(5);
        float[][] distinct = [.. Enumerable.Range(0, different).Select(_ => Enumerable.Range(0, Inputs).Select(_ => (float)(3 * random.NextDouble())).ToArray())];
        float[] features = [.. Enumerable.Range(0, rows).SelectMany(row => distinct[row % different])];
        var layout = new NetworkLayout(Layer.Linear(Units), Inputs);
        using var scope = torch.NewDisposeScope();
        var network = new TorchNetwork(layout, torch.CPU, seed: 1);
        new DataDrivenInitializer(network, seed: 1).Run(torch.tensor(features, [rows, Inputs]));
        double variance = 0;
        for (int i = 0; i < Inputs; i++)
        {
            double[] column = [.. Enumerable.Range(0, rows).Select(row => (double)features[(row * Inputs) + i])];
            variance += column.Average(value => (value - column.Average()) * (value - column.Average()));
        }

        double[] normal = [.. network.CopyParameters().Take(Units * Inputs).Select(weight => weight * Math.Sqrt(variance))];
        double square = normal.Average(value => value * value);
        if (isFew)
        {
            Assert.AreEqual(1, square, 0.1);
            Assert.IsLessThan(5, normal.Max(Math.Abs));
        }
        else
        {
            Assert.IsGreaterThan(1.15, square, "each unit's own deviation");
        }
    }

    [TestMethod]
    public void TheSeedDecidesAndEmbeddingsAreStandardNormal()
    {
        var layout = new NetworkLayout(Layer.Linear(500, bias: false), 20);
        float[] first = Draw(1), second = Draw(1), third = Draw(2);
        CollectionAssert.AreEqual(first, second);
        CollectionAssert.AreNotEqual(first, third);
        Assert.AreEqual(0, first.Average(), 0.05);
        Assert.AreEqual(1, first.Average(value => (double)value * value), 0.05);

        float[] Draw(int seed)
        {
            using var scope = torch.NewDisposeScope();
            var network = new TorchNetwork(layout, torch.CPU, seed: 0);
            new DataDrivenInitializer(network, seed).Run(torch.ones(4, 20));
            return network.CopyParameters();
        }
    }
}
