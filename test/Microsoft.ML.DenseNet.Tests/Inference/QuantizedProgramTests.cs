namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Programs with 8-bit weights, beside a quantization in double precision and beside single precision.</summary>
[TestClass]
public sealed class QuantizedProgramTests
{
    /// <summary>Widths around whole words, vectors and panels.</summary>
    private static readonly (int Inputs, int Units)[] Shapes = [(64, 128), (65, 127), (66, 136), (67, 145), (96, 96), (130, 64), (131, 65), (515, 71), (128, 200)];

    [TestMethod]
    public void Outputs_are_those_of_rounded_rows_and_rounded_weights()
    {
        var random = new Random(1);
        foreach (var (inputs, units) in Shapes)
        {
            var (layout, parameters) = PassedThrough(inputs, units, random);
            float[] weights = parameters[^(units * (inputs + 1))..];
            var program = NetworkProgram.Compile(layout, parameters, [], quantization: NetworkQuantization.Int8);
            Assert.Contains($"Int8Linear({inputs} -> {units})", program.ToString());
            for (int row = 0; row < 4; row++)
            {
                float[] x = NextRow(inputs, random);
                float[] output = new float[units];
                program.Run(x, output);
                var (expected, tolerance) = Reference(x, weights, units);
                for (int unit = 0; unit < units; unit++)
                    Assert.AreEqual(expected[unit], output[unit], tolerance[unit], $"{inputs} -> {units}, unit {unit}");
            }
        }
    }

    [TestMethod]
    public void The_error_is_within_half_a_step_of_each_factor()
    {
        var random = new Random(2);
        for (int round = 0; round < 40; round++)
        {
            int inputs = random.Next(64, 300), units = random.Next(128, 200);
            var (layout, parameters) = PassedThrough(inputs, units, random);
            float[] weights = parameters[^(units * (inputs + 1))..];
            float[] x = NextRow(inputs, random);
            float[] exact = new float[units], quantized = new float[units];
            NetworkProgram.Compile(layout, parameters, []).Run(x, exact);
            NetworkProgram.Compile(layout, parameters, [], quantization: NetworkQuantization.Int8).Run(x, quantized);
            double step = ((double)x.Max() - x.Min()) / 255;
            bool differs = false;
            for (int unit = 0; unit < units; unit++)
            {
                float[] row = weights[(unit * inputs)..((unit + 1) * inputs)];
                double weightStep = row.Max(Math.Abs) / 127.0;
                double bound = row.Sum(weight => Math.Abs(weight) * step / 2) + x.Sum(value => ((double)value - x.Min() + step) * weightStep / 2);
                Assert.AreEqual(exact[unit], quantized[unit], bound + 1e-4, $"{inputs} -> {units}, unit {unit}");
                differs |= exact[unit] != quantized[unit];
            }

            Assert.IsTrue(differs, "Nothing was quantized.");
        }
    }

    [TestMethod]
    public void Every_width_and_block_gives_the_same_bits()
    {
        var random = new Random(3);
        Layer[] networks =
        [
            Layer.Sequential(Layer.Linear(67), Layer.SELU, Layer.Linear(130), Layer.Mish, Layer.Linear(77), Layer.ReLU, Layer.Linear(1)),
            Layer.Sequential(Layer.Standardize, Layer.Linear(128), Layer.Residual(Layer.Sequential(Layer.ReLU, Layer.Linear(128))), Layer.Tanh, Layer.Linear(65)),
            Layer.Sequential(Layer.RobustScale, Layer.Sum(Enumerable.Repeat(Layer.Sequential(
                Layer.PeriodicEmbedding(), Layer.Linear(97), Layer.SELU, Layer.Linear(97), Layer.Mish, Layer.Linear(97), Layer.SELU, Layer.Linear(2)), 3))),
        ];
        foreach (var layer in networks)
        {
            const int Rows = 23;
            var network = RandomNetworks.WithWeights(layer, 9, random);
            float[] x = [.. Enumerable.Range(0, Rows).SelectMany(_ => network.NextRow(random))];
            float[]? expected = null;
            foreach (var width in VectorWidths.Available.Prepend(VectorWidth.Scalar))
            {
                var program = NetworkProgram.Compile(network.Layout, network.Parameters, network.Buffers, width, NetworkQuantization.Int8);
                Assert.Contains("Int8Linear", program.ToString());
                int outputs = network.Layout.OutputWidth;
                float[] together = new float[Rows * outputs];
                program.RunBlock(x, Rows, together);
                for (int count = 1; count <= Rows; count++)
                {
                    float[] block = new float[count * outputs];
                    program.RunBlock(x.AsSpan(0, count * 9), count, block);
                    Bits.AreEqual(together.AsSpan(0, block.Length), block, $"{width}, a block of {count} rows of {layer}");
                }

                Bits.AreEqual(expected ??= together, together, $"{width}, {layer}");
            }
        }
    }

    [TestMethod]
    public void All_instructions_give_the_same_sums()
    {
        var random = new Random(4);
        foreach (int inputs in (int[])[32, 45, 1030])
        {
            foreach (int units in (int[])[16, 37, 150])
            {
                float[] weights = [.. Enumerable.Range(0, inputs * units).Select(_ => random.Next(3) == 0 ? 1f : random.Next(2) == 0 ? -1f : random.NextSingle())];
                float[] x = [.. Enumerable.Range(0, 7 * inputs).Select(_ => random.Next(4) == 0 ? -2f : 3f)]; // products of the largest size, which saturate 16 bits
                float[] expected = Run<ByteScalar>(weights, units, x);
                Compare<ByteVector128>();
                Compare<ByteVector256>();
                Compare<ShortVector128>();
                Compare<ShortVector256>();
                Compare<ShortVector512>();

                void Compare<TInteger>()
                    where TInteger : struct, IIntegerVector<TInteger>
                {
                    if (TInteger.IsSupported)
                        Bits.AreEqual(expected, Run<TInteger>(weights, units, x), $"{typeof(TInteger).Name}, {inputs} -> {units}");
                }
            }
        }

        Assert.IsTrue(ByteVector128.IsSupported || ShortVector128.IsSupported || !System.Runtime.Intrinsics.Vector128.IsHardwareAccelerated, "There is nothing but the reference.");
    }

    [TestMethod]
    public void A_row_that_is_not_finite_gives_NaN_and_leaves_the_others_alone()
    {
        var random = new Random(5);
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(70), Layer.LeakyReLU(), Layer.Linear(120)), 70);
        float[] parameters = [.. Enumerable.Range(0, layout.ParameterCount).Select(_ => random.NextSingle() - 0.5f)];
        foreach (var width in VectorWidths.Available)
        {
            var program = NetworkProgram.Compile(layout, parameters, [], width, NetworkQuantization.Int8);
            foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
            {
                float[] good = NextRow(70, random), broken = [.. good[..69], bad];
                float[] alone = new float[120], block = new float[360];
                program.Run(good, alone);
                program.RunBlock([.. good, .. broken, .. good], 3, block);
                Bits.AreEqual(alone, block.AsSpan(0, 120), $"{width}");
                Bits.AreEqual(alone, block.AsSpan(240), $"{width}");
                Assert.IsTrue(block[120..240].All(float.IsNaN), $"{width}, {bad}: {string.Join(' ', block[120..240])}");
            }
        }
    }

    [TestMethod]
    public void A_constant_row_is_exact()
    {
        var random = new Random(6);
        var (layout, parameters) = PassedThrough(64, 128, random);
        foreach (float value in (float[])[0, 1.5f, -3, 1e-38f])
        {
            float[] exact = new float[128], quantized = new float[128];
            float[] row = [.. Enumerable.Repeat(value, 64)];
            NetworkProgram.Compile(layout, parameters, []).Run(row, exact);
            NetworkProgram.Compile(layout, parameters, [], quantization: NetworkQuantization.Int8).Run(row, quantized);
            for (int unit = 0; unit < 128; unit++)
                Assert.AreEqual(exact[unit], quantized[unit], 1e-5f * (1 + Math.Abs(exact[unit])), $"{value}");
        }
    }

    [TestMethod]
    public void First_and_small_Linears_stay_in_single_precision()
    {
        var layout = new NetworkLayout(Layer.Sequential(
            Layer.Standardize, Layer.Linear(256), Layer.ReLU, Layer.Linear(128), Layer.ReLU, Layer.Linear(63), Layer.ReLU, Layer.Linear(300), Layer.ReLU, Layer.Linear(64)), 64);
        var program = NetworkProgram.Compile(layout, new float[layout.ParameterCount], new float[layout.BufferCount], quantization: NetworkQuantization.Int8);
        string[] linears = [.. program.Steps.Select(step => step.ToString()!).Where(step => step.Contains("Linear", StringComparison.Ordinal)).Select(step => step.Split(' ')[0])];
        CollectionAssert.AreEqual(new[] { "Linear(64", "Int8Linear(256", "Linear(128", "Linear(63", "Int8Linear(300" }, linears);
    }

    [TestMethod]
    public void A_weight_that_is_not_finite_keeps_its_layer_in_single_precision()
    {
        var random = new Random(7);
        var (layout, parameters) = PassedThrough(64, 128, random);
        parameters[^400] = float.PositiveInfinity;
        Assert.DoesNotContain("Int8Linear", NetworkProgram.Compile(layout, parameters, [], quantization: NetworkQuantization.Int8).ToString());
    }

    [TestMethod]
    public void A_sparse_row_predicts_as_its_dense_form_does()
    {
        var random = new Random(8);
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.Standardize, Layer.Linear(96), Layer.ReLU, Layer.Linear(96), Layer.ReLU, Layer.Linear(1)), 50, random);
        var program = NetworkProgram.Compile(network.Layout, network.Parameters, network.Buffers, quantization: NetworkQuantization.Int8);
        var exact = NetworkProgram.Compile(network.Layout, network.Parameters, network.Buffers);
        for (int i = 0; i < 20; i++)
        {
            float[] row = network.NextRow(random, zeros: 0.7);
            int[] slots = [.. Enumerable.Range(0, 50).Where(slot => row[slot] != 0)];
            float[] dense = new float[1], sparse = new float[1], single = new float[1];
            program.Run(row, dense);
            program.Run(slots, [.. slots.Select(slot => row[slot])], sparse);
            exact.Run(row, single);
            Assert.AreEqual(dense[0], sparse[0], 0.02 * (1 + Math.Abs(single[0])));
        }
    }

    [TestMethod]
    public void Running_allocates_nothing()
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(256), Layer.ReLU, Layer.Linear(256), Layer.ReLU, Layer.Linear(1)), 32);
        var program = NetworkProgram.Compile(layout, new float[layout.ParameterCount], [], quantization: NetworkQuantization.Int8);
        float[] x = new float[100 * 32], outputs = new float[100];
        Assert.AreEqual(0, Allocations.Of(() =>
        {
            program.Run(x.AsSpan(0, 32), outputs.AsSpan(0, 1));
            program.RunBlock(x, 100, outputs);
        }));
    }

    /// <summary>A network whose first Linear returns its inputs exactly, so that the row that is quantized is known to the last bit.</summary>
    private static (NetworkLayout Layout, float[] Parameters) PassedThrough(int inputs, int units, Random random)
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(inputs), Layer.HardTanh(-100, 100), Layer.Linear(units)), inputs);
        float[] parameters = new float[layout.ParameterCount];
        for (int i = 0; i < inputs; i++)
            parameters[(i * inputs) + i] = 1;
        for (int i = (inputs + 1) * inputs; i < parameters.Length; i++)
            parameters[i] = (float)RandomNetworks.Normal(random);
        return (layout, parameters);
    }

    private static float[] NextRow(int inputs, Random random)
    {
        double shift = RandomNetworks.Normal(random), size = Math.Exp(RandomNetworks.Normal(random));
        return [.. Enumerable.Range(0, inputs).Select(_ => (float)(shift + (size * RandomNetworks.Normal(random))))];
    }

    /// <summary>The outputs in double precision, and how far a value that lies between two integers may lead away.</summary>
    private static (double[] Outputs, double[] Tolerance) Reference(float[] x, float[] weights, int units)
    {
        double[] outputs = new double[units], tolerance = new double[units];
        double minimum = x.Min(), step = (x.Max() - minimum) / 255;
        for (int unit = 0; unit < units; unit++)
        {
            double[] row = [.. weights[(unit * x.Length)..((unit + 1) * x.Length)].Select(weight => (double)weight)];
            double weightStep = row.Max(Math.Abs) / 127;
            outputs[unit] = weights[(units * x.Length) + unit] + (minimum * row.Sum());
            tolerance[unit] = 1e-4 * (1 + Math.Abs(minimum) + (255 * step));
            for (int i = 0; i < x.Length; i++)
            {
                double place = (x[i] - minimum) / step, q = Math.Round(place), v = Math.Round(row[i] / weightStep);
                outputs[unit] += step * q * weightStep * v;
                if (Math.Abs(place - Math.Floor(place) - 0.5) < 1e-4)
                    tolerance[unit] += step * Math.Abs(row[i]);
                if (Math.Abs((row[i] / weightStep) - Math.Floor(row[i] / weightStep) - 0.5) < 1e-4)
                    tolerance[unit] += weightStep * step * q;
            }
        }

        return (outputs, tolerance);
    }

    private static float[] Run<TInteger>(float[] weights, int units, float[] x)
        where TInteger : struct, IIntegerVector<TInteger>
    {
        int inputs = weights.Length / units, rows = x.Length / inputs;
        var scratch = new ScratchLayout([units, QuantizedLinearStep<ScalarVector, TInteger>.ScratchWidth(inputs)]);
        var output = new Operand(0, 0, units);
        var step = new QuantizedLinearStep<ScalarVector, TInteger>(
            new QuantizedWeights(weights, units), new float[units], new Operand(Operand.Features, 0, inputs), output, new Operand(1, 0, QuantizedLinearStep<ScalarVector, TInteger>.ScratchWidth(inputs)), []);
        float[] result = new float[8 * units];
        foreach (int count in (int[])[rows, 1])
        {
            float[] memory = new float[scratch.FloatsPerRow * count];
            var frame = new Frame(scratch, in x[0], inputs, ref memory[0], count);
            step.Run(in frame);
            for (int row = 0; row < count; row++)
                memory.AsSpan(row * scratch.Stride(0), units).CopyTo(result.AsSpan((count == 1 ? rows : row) * units));
        }

        return result;
    }
}
