namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The gradient with respect to a network's input is the slope that differences of the network's outputs have, in double precision.</summary>
[TestClass]
public sealed class InputGradientTests
{
    private const float Step = 1f / 16384;

    [TestMethod]
    public void EveryLayerHasTheSlopeOfItsDifferences()
    {
        var random = new Random(1);
        foreach (var layer in LayerSamples.All.Where(layer => layer is not ModuleLayer))
            AssertSlopes(RandomNetworks.WithWeights(layer, LayerSamples.Inputs, random), random, layer.ToString());
    }

    [TestMethod]
    public void RandomNetworksHaveTheSlopesOfTheirDifferences()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var network = RandomNetworks.Next(random);
            AssertSlopes(network, random, $"seed {seed}: {network}");
        }
    }

    [TestMethod]
    public void OutputsAreThoseOfPrediction()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var network = RandomNetworks.Next(random);
            using var program = Compile(network, VectorWidth.Widest);
            var predictor = network.Compile(VectorWidth.Widest);
            float[] row = network.NextRow(random), expected = new float[network.Layout.OutputWidth];
            row.CopyTo(program.Input(0));
            program.Forward(1);
            predictor.Run(row, expected);
            double[] tolerance = ReferenceNetwork.RunWithTolerance(network.Layout, network.Parameters, network.Buffers, row).Tolerance;
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], program.Output(0)[i], (2 * tolerance[i]) + 1e-5, $"seed {seed}: {network}");
        }
    }

    [TestMethod]
    public void EveryVectorWidthHasTheSameGradient()
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var network = RandomNetworks.Next(new Random(seed));
            float[][] gradients = [.. VectorWidths.Available.Select(width => Gradient(network, width, seed))];
            double scale = gradients[0].Max(MathF.Abs);
            foreach (float[] gradient in gradients)
            {
                for (int i = 0; i < gradient.Length; i++)
                    Assert.AreEqual(gradients[0][i], gradient[i], 1e-5 * scale, $"seed {seed}, input {i}: {network}");
            }
        }
    }

    [TestMethod]
    public void TorchModulesAreNotSupported()
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(3), LayerSamples.All.OfType<ModuleLayer>().First()), 4);
        Assert.IsFalse(InputGradientProgram.Supports(layout.AfterScaling));
        Assert.IsTrue(InputGradientProgram.Supports(new NetworkLayout(Layer.Linear(3), 4).AfterScaling));
    }

    private static float[] Gradient(RandomNetwork network, VectorWidth width, int seed)
    {
        var random = new Random(seed);
        using var program = Compile(network, width);
        network.NextRow(random).CopyTo(program.Input(0));
        program.Forward(1);
        foreach (ref float slope in program.OutputGradient(0))
            slope = (float)RandomNetworks.Normal(random);
        program.Backward(1);
        return program.InputGradient(0).ToArray();
    }

    /// <summary>Compiles the whole network, input scaling included.</summary>
    private static InputGradientProgram Compile(RandomNetwork network, VectorWidth width) =>
        InputGradientProgram.Compile([network.Layout.Root], network.Layout.InputWidth, Pinned(network.Parameters), Pinned(network.Buffers), width);

    private static float[] Pinned(float[] values)
    {
        float[] pinned = GC.AllocateArray<float>(values.Length, pinned: true);
        values.CopyTo(pinned, 0);
        return pinned;
    }

    private static void AssertSlopes(RandomNetwork network, Random random, string what)
    {
        using var program = Compile(network, VectorWidths.Available[random.Next(VectorWidths.Available.Count)]);
        int rows = Math.Min(program.Capacity, 5), compared = 0, all = 0;
        float[][] inputs = [.. Enumerable.Range(0, rows).Select(_ => network.NextRow(random, zeros: 0))];
        float[] direction = [.. Enumerable.Range(0, network.Layout.OutputWidth).Select(_ => (float)RandomNetworks.Normal(random))];
        for (int row = 0; row < rows; row++)
            inputs[row].CopyTo(program.Input(row));
        program.Forward(rows);
        for (int pass = 0; pass < 2; pass++)
        {
            // The second pass goes backward through the same values.
            for (int row = 0; row < rows; row++)
                direction.CopyTo(program.OutputGradient(row));
            program.Backward(rows);
        }

        for (int row = 0; row < rows; row++)
        {
            double scale = 1e-2 + Enumerable.Range(0, network.Layout.InputWidth).Max(i => Math.Abs(program.InputGradient(row)[i] * UnitOf(network, i)));
            for (int i = 0; i < Math.Min(network.Layout.InputWidth, 12); i++)
            {
                float step = Step * UnitOf(network, i), x = inputs[row][i];
                if (x + step - x < 0.9f * step || x + step - x > 1.1f * step)
                    continue; // too large a number for so small a step
                all++;
                double right = Slope(network, inputs[row], i, direction, 0, step), left = Slope(network, inputs[row], i, direction, -step, 0);
                if (Math.Abs(right - left) * UnitOf(network, i) > 4e-3 * scale)
                    continue; // a kink, or a bend that differences do not follow
                compared++;
                Assert.AreEqual((left + right) / 2 * UnitOf(network, i), program.InputGradient(row)[i] * UnitOf(network, i), 4e-3 * scale, $"row {row}, input {i}, {what}");
            }
        }

        Assert.IsGreaterThanOrEqualTo(all / 3, compared, what);
    }

    /// <summary>The unit in which an input varies: that of its scaling.</summary>
    private static float UnitOf(RandomNetwork network, int input) => network.Layout.Root.DescendantsAndSelf().FirstOrDefault(node => node.Layer.IsInputScaling) is { } scaling
        && scaling.InputWidth == network.Layout.InputWidth && network.Buffers[scaling.Parameters[1].Offset + input] is not 0 and var scale ? 1 / MathF.Abs(scale) : 1;

    private static double Slope(RandomNetwork network, float[] row, int input, float[] direction, float from, float to)
    {
        float[] first = [.. row], second = [.. row];
        first[input] += from;
        second[input] += to;
        return (Value(network, second, direction) - Value(network, first, direction)) / ((double)second[input] - first[input]);
    }

    private static double Value(RandomNetwork network, float[] row, float[] direction)
    {
        double sum = 0;
        foreach (var (value, factor) in ReferenceNetwork.Run(network.Layout, network.Parameters, network.Buffers, row).Zip(direction))
            sum += value * factor;
        return sum;
    }
}
