namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What sets an EmbeddingBag apart from a Linear; that all readers agree on it is among the tests over random networks.</summary>
[TestClass]
public sealed class EmbeddingBagTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(16)]
    [DataRow(37)]
    public void A_row_touches_the_weights_of_its_values_alone(int units)
    {
        const int Slots = 5000;
        int[] indices = [3, 700, 4999];
        float[] values = [2, -1, 0.5f];
        var layout = new NetworkLayout(Layer.Sequential(Layer.EmbeddingBag(units), Layer.Tanh), Slots);

        // Whatever else is read makes the result NaN.
        float[] parameters = new float[layout.ParameterCount];
        Array.Fill(parameters, float.NaN);
        var expected = new double[units];
        for (int unit = 0; unit < units; unit++)
        {
            double sum = parameters[(Slots * units) + unit] = 0.1f * unit;
            for (int i = 0; i < indices.Length; i++)
                sum += values[i] * (parameters[(indices[i] * units) + unit] = 0.01f * (i + unit));
            expected[unit] = Math.Tanh(sum);
        }

        var row = new float[Slots];
        for (int i = 0; i < indices.Length; i++)
            row[indices[i]] = values[i];
        float[] output = new float[units], dense = new float[units];
        foreach (var width in VectorWidths.Available)
        {
            var program = NetworkProgram.Compile(layout, parameters, [], width);
            program.Run(indices, values, output);
            program.Run(row, dense);
            for (int unit = 0; unit < units; unit++)
            {
                Assert.AreEqual(expected[unit], output[unit], 1e-6, $"Sparse, {width}");
                Assert.AreEqual(expected[unit], dense[unit], 1e-6, $"Dense, {width}");
            }
        }
    }

    [TestMethod]
    public void The_first_weights_depend_on_the_units_alone()
    {
        foreach (int slots in new[] { 10, 100_000 })
        {
            var layout = new NetworkLayout(Layer.Sequential(Layer.EmbeddingBag(64), Layer.ReLU), slots);
            foreach (var initialization in Enum.GetValues<Initialization>())
            {
                float[] values = NetworkInitializer.Initialize(layout, initialization, seed: 1);
                var weights = values[..(slots * 64)];
                Assert.IsTrue(weights.All(weight => Math.Abs(weight) <= 1 / 64f));
                Assert.AreEqual(1 / 64.0 / Math.Sqrt(3), Math.Sqrt(weights.Average(weight => (double)weight * weight)), 0.0005);
                Assert.IsTrue(values[^64..].All(bias => bias == 0));
                Assert.IsTrue(NetworkInitializer.Initialize(new NetworkLayout(Layer.Sequential(Layer.Sequential(Layer.EmbeddingBag(3))), slots), initialization, seed: 1).All(value => value == 0), "a linear model");
            }
        }
    }

    [TestMethod]
    public void A_million_slots_of_64_units_are_accepted()
    {
        var layer = Layer.Sequential(Layer.EmbeddingBag(64), Layer.ReLU, Layer.Linear(1));
        var layout = new NetworkLayout(layer, 1_000_000);
        Assert.AreEqual(64_000_000 + 64 + 64 + 1, layout.ParameterCount);
        Assert.AreEqual("[1000000, 64]", $"[{string.Join(", ", layout.Tensors[0].Shape)}]");

        var header = new NetworkHeader("1.0.0", NetworkSignature.Of(layout), layout, TestNetworks.History());
        Assert.AreEqual(layer, NetworkHeader.FromJson(header.ToJson()).Layout.Layer);
        StringAssert.Contains(layout.Summary(), "EmbeddingBag");
    }
}
