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
