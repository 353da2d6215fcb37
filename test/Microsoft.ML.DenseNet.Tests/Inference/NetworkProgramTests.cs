namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Compiled programs against the reference, over random networks, and against themselves.</summary>
[TestClass]
public sealed class NetworkProgramTests
{
    private const int Networks = 400;

    [TestMethod]
    public void Random_networks_agree_with_the_reference_at_every_width_dense_and_sparse()
    {
        for (int seed = 0; seed < Networks; seed++)
        {
            var random = new Random(seed);
            var network = RandomNetworks.Next(random);
            float[] row = network.NextRow(random);
            var (expected, tolerance) = ReferenceNetwork.RunWithTolerance(network.Layout, network.Parameters, network.Buffers, row);
            float[] output = new float[expected.Length];
            foreach (var width in VectorWidths.Available)
            {
                var program = network.Compile(width);
                program.Run(row, output);
                AreClose(expected, tolerance, output, $"Dense, {width}, seed {seed}: {network}");

                Array.Fill(output, float.NaN);
                var (indices, values) = ToSparse(row, random);
                program.Run(indices, values, output);
                AreClose(expected, tolerance, output, $"Sparse, {width}, seed {seed}: {network}");
            }
        }
    }

    [TestMethod]
    public void A_row_gives_the_same_bits_alone_in_blocks_and_at_every_width()
    {
        for (int seed = 0; seed < Networks; seed++)
        {
            var random = new Random(seed);
            var network = RandomNetworks.Next(random);
            int inputs = network.Layout.InputWidth;
            int outputs = network.Layout.OutputWidth;
            int rows = random.Next(1, 30);
            float[] features = [.. Enumerable.Range(0, rows).SelectMany(_ => network.NextRow(random))];
            float[]? expected = null;
            foreach (var width in VectorWidths.Available)
            {
                var program = network.Compile(width);
                float[] alone = new float[rows * outputs];
                for (int row = 0; row < rows; row++)
                    program.Run(features.AsSpan(row * inputs, inputs), alone.AsSpan(row * outputs, outputs));
                expected ??= alone;
                Bits.AreEqual(expected, alone, $"{width} against {VectorWidths.Available[0]}, seed {seed}: {network}");

                int block = random.Next(1, rows + 1);
                float[] together = new float[rows * outputs];
                for (int row = 0; row < rows; row += block)
                {
                    int count = Math.Min(block, rows - row);
                    program.RunBlock(features.AsSpan(row * inputs, count * inputs), count, together.AsSpan(row * outputs, count * outputs));
                }

                Bits.AreEqual(expected, together, $"{width}, blocks of {block}, seed {seed}: {network}");
            }
        }
    }

    [TestMethod]
    [DataRow(32, 256, 1, 1000)]
    [DataRow(1500, 70, 3, 50)]
    [DataRow(2000, 1, 1, 500)]
    [DataRow(3, 1100, 9, 40)]
    public void Large_blocks_give_the_bits_of_single_rows(int inputs, int hidden, int outputs, int rows)
    {
        var random = new Random(1);
        var network = RandomNetworks.WithWeights(
            Layer.Sequential(Layer.Standardize, Layer.Linear(hidden), Layer.GELU, Layer.Linear(hidden), Layer.LayerNorm(), Layer.Linear(outputs)), inputs, random);
        float[] features = [.. Enumerable.Range(0, rows).SelectMany(_ => network.NextRow(random))];
        foreach (var width in VectorWidths.Available)
        {
            var program = network.Compile(width);
            float[] together = new float[rows * outputs];
            float[] alone = new float[outputs];
            program.RunBlock(features, rows, together);
            for (int row = 0; row < rows; row++)
            {
                program.Run(features.AsSpan(row * inputs, inputs), alone);
                Bits.AreEqual(alone, together.AsSpan(row * outputs, outputs), $"{width}, row {row}");
            }
        }
    }

    [TestMethod]
    public void Zeros_and_wild_values_give_the_same_bits_alone_in_blocks_and_at_every_width()
    {
        for (int seed = 0; seed < Networks; seed++)
        {
            var random = new Random(seed);
            var network = random.Next(2) == 0 ? RandomNetworks.Next(random) : NextOfLinears(random);
            if (random.Next(3) == 0)
                SpoilWeights(network, random);
            int inputs = network.Layout.InputWidth;
            int outputs = network.Layout.OutputWidth;
            int rows = random.Next(2, 14);
            float[] features = [.. Enumerable.Range(0, rows).SelectMany(_ => NextWildRow(network, random))];
            float[]? expected = null;
            foreach (var width in VectorWidths.Available)
            {
                var program = network.Compile(width);
                float[] alone = new float[rows * outputs];
                for (int row = 0; row < rows; row++)
                    program.Run(features.AsSpan(row * inputs, inputs), alone.AsSpan(row * outputs, outputs));
                expected ??= alone;
                Bits.AreEqual(expected, alone, $"{width} against {VectorWidths.Available[0]}, seed {seed}: {network}");

                float[] together = new float[rows * outputs];
                program.RunBlock(features, rows, together);
                Bits.AreEqual(alone, together, $"A block of {rows}, {width}, seed {seed}: {network}");
            }
        }
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void A_weight_that_is_not_finite_meets_a_zero(float weight)
    {
        // 0 times infinity is NaN, so a row must not leave its zeros out.
        float[] parameters = [.. Enumerable.Repeat(1f, 9 * 20), .. new float[20]];
        parameters[4] = weight;
        var layout = new NetworkLayout(Layer.Linear(20), 9);
        foreach (var width in VectorWidths.Available)
        {
            float[] output = new float[20];
            NetworkProgram.Compile(layout, parameters, [], width).Run([1, 1, 1, 1, 0, 1, 1, 1, 1], output);
            Assert.IsTrue(float.IsNaN(output[0]), $"{width}: {output[0]}");
            Assert.IsTrue(output[1..].All(value => value == 8), $"{width}");
        }
    }

    [TestMethod]
    public void A_sum_of_minus_zero_is_the_same_alone_and_in_a_block()
    {
        // A product that underflows makes −0 of a sum, which a product with 0 would turn into +0; so does a bias, unless it is −0.
        float[] parameters = [.. Enumerable.Repeat(-1e-30f, 3 * 20), .. Enumerable.Repeat(-0f, 20)];
        float[] row = [1e-30f, 0f, -0f];
        var layout = new NetworkLayout(Layer.Linear(20), 3);
        foreach (var width in VectorWidths.Available)
        {
            var program = NetworkProgram.Compile(layout, parameters, [], width);
            float[] alone = new float[20], together = new float[40];
            program.Run(row, alone);
            program.RunBlock([.. row, .. row], 2, together);
            Bits.AreEqual([.. alone, .. alone], together, $"{width}");
        }
    }

    [TestMethod]
    public void A_network_of_wide_layers_is_computed_in_small_blocks()
    {
        // A million numbers a row.
        var layout = new NetworkLayout(Layer.Sequential(new RepeatLayer(256), Layer.Tanh, new RepeatLayer(250), Layer.ReLU, Layer.Select(new SlotRange(7, 3))), 8);
        var program = NetworkProgram.Compile(layout, [], []);
        float[] features = [.. Enumerable.Range(0, 8 * 30).Select(i => (i % 50) - 25f)];
        float[] outputs = new float[30 * 3], alone = new float[3];
        program.Run(features.AsSpan(0, 8), alone);
        long before = GC.GetAllocatedBytesForCurrentThread();
        program.RunBlock(features, 30, outputs);
        Assert.IsLessThan(12 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        Bits.AreEqual(alone, outputs.AsSpan(0, 3), "row 0");
    }

    [TestMethod]
    public void A_wide_sparse_row_is_computed_from_its_values_alone()
    {
        const int Slots = 150_000;
        var random = new Random(2);
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.Standardize, Layer.Linear(24), Layer.ReLU, Layer.Linear(1)), Slots, random);
        var program = network.Compile(VectorWidth.Widest);
        int[] indices = [.. Enumerable.Range(0, 40).Select(_ => random.Next(Slots)).Distinct().Order()];
        float[] values = [.. indices.Select(_ => (float)RandomNetworks.Normal(random))];
        float[] row = new float[Slots];
        foreach (var (index, value) in indices.Zip(values))
            row[index] = value;

        double expected = ReferenceNetwork.Run(network.Layout, network.Parameters, network.Buffers, row)[0];
        float[] output = new float[1];
        program.Run(indices, values, output);
        Assert.AreEqual(expected, output[0], 1e-5 * Math.Abs(expected));
        program.Run(row, output);
        Assert.AreEqual(expected, output[0], 1e-3 * Math.Abs(expected));
    }

    [TestMethod]
    public void An_empty_sparse_row_is_the_row_of_zeros()
    {
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.Standardize, Layer.Linear(5), Layer.Tanh), 9, new Random(3));
        double[] expected = ReferenceNetwork.Run(network.Layout, network.Parameters, network.Buffers, new float[9]);
        float[] output = new float[5];
        network.Compile(VectorWidth.Widest).Run([], [], output);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], output[i], 1e-6);
    }

    [TestMethod]
    public void Standardize_lets_no_wild_value_through()
    {
        float[] row = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e30f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NaN];
        float[] mean = [1, 2, 3, 4, 5, -float.MaxValue, float.MaxValue, 8, 9];
        float[] scale = [1, 1, 1, 1, 1, 1, 1, 0, 0];
        float[] expected = [0, 1e4f, -1e4f, 1e4f, -1e4f, 1e4f, -1e4f, 0, 0];
        var layout = new NetworkLayout(Layer.Standardize, row.Length);
        float[] output = new float[row.Length];
        foreach (var width in VectorWidths.Available)
        {
            NetworkProgram.Compile(layout, [], [.. mean, .. scale], width).Run(row, output);
            CollectionAssert.AreEqual(expected, output, $"{width}");
        }
    }

    [TestMethod]
    public void A_time_stamp_keeps_its_precision_dense_and_sparse()
    {
        // One feature, seconds since 1970, that varies by a thousand around 1.6e9; floats there lie 128 apart.
        var layout = new NetworkLayout(Layer.Sequential(Layer.Standardize, Layer.Linear(1)), 2);
        var program = NetworkProgram.Compile(layout, [1f, 0f, 0.25f], [1.6e9f, 0f, 1e-3f, 1f]);
        float[] output = new float[1];
        program.Run([1.6e9f + 1280f, 0f], output);
        Assert.AreEqual(1.53, output[0], 1e-6);
        program.Run([0], [1.6e9f + 1280f], output);
        Assert.AreEqual(1.53, output[0], 1e-6);
    }

    [TestMethod]
    public void NaN_without_scaling_in_front_comes_out_as_NaN()
    {
        foreach (var activation in RandomNetworks.Activations)
        {
            var network = RandomNetworks.WithWeights(Layer.Sequential(activation, Layer.Linear(1)), 20, new Random(4));
            float[] row = new float[20];
            row[7] = float.NaN;
            float[] output = new float[1];
            foreach (var width in VectorWidths.Available)
            {
                var program = network.Compile(width);
                program.Run(row, output);
                Assert.IsTrue(float.IsNaN(output[0]), $"{activation}, {width}");
                program.Run([7], [float.NaN], output);
                Assert.IsTrue(float.IsNaN(output[0]), $"{activation}, sparse, {width}");
            }
        }
    }

    [TestMethod]
    public void Any_number_of_threads_may_run_a_program()
    {
        var random = new Random(5);
        var network = RandomNetworks.WithWeights(
            Layer.Sequential(Layer.Linear(200), Layer.SiLU, Layer.Concat(Layer.Identity, Layer.Linear(90)), Layer.LayerNorm(), Layer.Linear(3)), 70, random);
        var program = network.Compile(VectorWidth.Widest);
        float[][] rows = [.. Enumerable.Range(0, 64).Select(_ => network.NextRow(random))];
        float[][] expected = [.. rows.Select(row => Output(program, row))];
        Parallel.For(0, 4000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            float[] row = rows[i % rows.Length];
            Bits.AreEqual(expected[i % rows.Length], Output(program, row), $"Run {i}");
        });
    }

    [TestMethod]
    [DataRow(30)]
    [DataRow(3000)]
    public void Running_allocates_nothing(int hidden)
    {
        var random = new Random(6);
        var network = RandomNetworks.WithWeights(
            Layer.Sequential(Layer.Standardize, Layer.Linear(hidden), Layer.Mish, Layer.Residual(Layer.PReLU()), Layer.LayerNorm(), Layer.Linear(2)), 50, random);
        var unscaled = RandomNetworks.WithWeights(Layer.Sum(Layer.Sequential(Layer.Linear(hidden), Layer.Tanh), Layer.Linear(hidden)), 50, random);
        const int Rows = 100;
        float[] features = [.. Enumerable.Range(0, Rows).SelectMany(_ => network.NextRow(random))];
        float[] outputs = new float[Rows * 2];
        float[] wide = new float[hidden];
        int[] indices = [1, 7, 30];
        float[] values = [1, 2, 3];
        foreach (var width in VectorWidths.Available)
        {
            var program = network.Compile(width);
            var densified = unscaled.Compile(width);
            Everything();
            Assert.AreEqual(0, Allocations.Of(Everything), $"{width}");

            void Everything()
            {
                program.Run(features.AsSpan(0, 50), outputs.AsSpan(0, 2));
                program.Run(indices, values, outputs.AsSpan(0, 2));
                program.RunBlock(features, Rows, outputs);
                densified.Run(indices, values, wide);
            }
        }
    }

    [TestMethod]
    public void A_width_that_the_machine_lacks_is_refused()
    {
        var layout = new NetworkLayout(Layer.ReLU, 3);
        foreach (var width in Enum.GetValues<VectorWidth>().Except(VectorWidths.Available))
        {
            var error = Assert.ThrowsExactly<PlatformNotSupportedException>(() => NetworkProgram.Compile(layout, [], [], width));
            StringAssert.Contains(error.Message, width.ToString());
        }
    }

    [TestMethod]
    public void Wrong_lengths_are_refused_by_name_and_number()
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.BatchNorm(), Layer.Linear(2)), 3);
        float[] parameters = new float[layout.ParameterCount];
        float[] buffers = new float[layout.BufferCount];
        var program = NetworkProgram.Compile(layout, parameters, buffers);

        Refuses(() => NetworkProgram.Compile(layout, parameters[1..], buffers), "parameters", "14 trained values were expected; there are 13.");
        Refuses(() => NetworkProgram.Compile(layout, parameters, buffers[1..]), "buffers", "6 values that are not trained were expected; there are 5.");
        Refuses(() => program.Run(new float[4], new float[2]), "features", "3 features were expected; there are 4.");
        Refuses(() => program.Run(new float[3], new float[3]), "output", "2 outputs were expected; there are 3.");
        Refuses(() => program.RunBlock(new float[6], 3, new float[6]), "features", "9 features were expected; there are 6.");
        Refuses(() => program.RunBlock(new float[9], 3, new float[2]), "outputs", "6 outputs were expected; there are 2.");
        Refuses(() => program.Run([0, 1], [1f], new float[2]), "values", "2 values, one for each index, were expected; there are 1.");
        Refuses(() => program.Run([0, 3], [1f, 1f], new float[2]), "indices", "Index 3");
        Refuses(() => program.Run([1, 1], [1f, 1f], new float[2]), "indices", "Index 1");
        Refuses(() => program.Run([-1], [1f], new float[2]), "indices", "Index -1");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => program.RunBlock([], -1, []));
        program.RunBlock([], 0, []);

        static void Refuses(Action action, string argument, string message)
        {
            var error = Assert.ThrowsExactly<ArgumentException>(action);
            Assert.AreEqual(argument, error.ParamName);
            StringAssert.Contains(error.Message, message);
        }
    }

    private static float[] Output(NetworkProgram program, float[] row)
    {
        float[] output = new float[program.OutputWidth];
        program.Run(row, output);
        return output;
    }

    /// <summary>The values other than 0, and some of the zeros.</summary>
    private static (int[] Indices, float[] Values) ToSparse(float[] row, Random random)
    {
        int[] indices = [.. Enumerable.Range(0, row.Length).Where(i => row[i] != 0 || random.Next(4) == 0)];
        return (indices, [.. indices.Select(i => row[i])]);
    }

    /// <summary>Linears behind ReLUs and the like, which make many zeros; wide enough for more than one block of inputs at times.</summary>
    private static RandomNetwork NextOfLinears(Random random)
    {
        var layers = new List<Layer>();
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            layers.Add(Layer.Linear(random.Next(4) == 0 ? random.Next(500, 1100) : random.Next(9, 100), bias: random.Next(2) == 0));
            layers.Add(random.Next(4) switch
            {
                0 => Layer.HardTanh(0, 1e-38f),
                1 => Layer.LeakyReLU(),
                _ => Layer.ReLU,
            });
        }

        layers.Add(Layer.Linear(random.Next(1, 40)));
        return RandomNetworks.WithWeights(Layer.Sequential(layers), random.Next(3) == 0 ? random.Next(500, 1300) : random.Next(1, 80), random);
    }

    /// <summary>Puts in weights of 0, −0, denormal ones, huge ones, and at times some that are not finite.</summary>
    private static void SpoilWeights(RandomNetwork network, Random random)
    {
        bool isFinite = random.Next(2) == 0;
        for (int i = random.Next(1, 30); i > 0 && network.Parameters.Length > 0; i--)
            network.Parameters[random.Next(network.Parameters.Length)] = NextWild(random, isFinite);
    }

    private static float[] NextWildRow(RandomNetwork network, Random random)
    {
        float[] row = network.NextRow(random, zeros: random.NextDouble());
        bool isFinite = random.Next(2) == 0;
        for (int i = random.Next(0, 6); i > 0; i--)
            row[random.Next(row.Length)] = NextWild(random, isFinite);
        for (int i = 0; i < row.Length; i++)
        {
            if (row[i] == 0 && random.Next(3) == 0)
                row[i] = -0f;
        }

        return row;
    }

    private static float NextWild(Random random, bool isFinite) => random.Next(isFinite ? 6 : 9) switch
    {
        0 => 0f,
        1 => -0f,
        2 => float.Epsilon * random.Next(-20, 20),
        3 => 1e-30f * random.Next(-3, 4),
        4 => -1e-39f,
        5 => 1e30f * random.Next(-1, 2),
        6 => float.NaN,
        7 => float.PositiveInfinity,
        _ => float.NegativeInfinity,
    };

    private static void AreClose(double[] expected, double[] tolerance, float[] actual, string message)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance[i], $"Output {i}. {message}");
    }
}
