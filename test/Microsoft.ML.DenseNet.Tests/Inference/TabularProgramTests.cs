namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Programs of networks like the default one, whose layers are joined when they are compiled, against the reference and against themselves.</summary>
[TestClass]
public sealed class TabularProgramTests
{
    private const int Networks = 1000;

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    public void Networks_agree_with_the_reference_at_every_width_dense_and_sparse()
    {
        var kinds = new HashSet<string>();
        for (int seed = 0; seed < FuzzRounds.Of(Networks); seed++)
        {
            var random = new Random(seed);
            var network = TabularNetworks.Next(random);
            float[] row = network.NextRow(random);
            var (expected, tolerance) = ReferenceNetwork.RunWithTolerance(network.Layout, network.Parameters, network.Buffers, row);
            int[] indices = [.. Enumerable.Range(0, row.Length).Where(i => row[i] != 0)];
            float[] values = [.. indices.Select(i => row[i])];
            float[] output = new float[expected.Length];
            foreach (var width in VectorWidths.Available)
            {
                var program = network.Compile(width);
                program.Run(row, output);
                AreClose(expected, tolerance, output, $"Dense, {width}, seed {seed}: {network}");
                program.Run(indices, values, output);
                AreClose(expected, tolerance, output, $"Sparse, {width}, seed {seed}: {network}");
                kinds.UnionWith(program.Steps.Select(step => step.GetType().Name));
            }
        }

        foreach (var kind in new[] { typeof(BinStep<>), typeof(CosineStep<>), typeof(CategoryStep<>), typeof(GatherStep) })
            Assert.Contains(kind.Name, kinds);
    }

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    public void A_row_gives_the_same_bits_alone_in_blocks_and_at_every_width()
    {
        float[] wild = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e30f, float.MaxValue, float.Epsilon, -0f];
        for (int seed = 0; seed < FuzzRounds.Of(Networks); seed++)
        {
            var random = new Random(seed);
            var network = TabularNetworks.Next(random);
            int inputs = network.Layout.InputWidth, outputs = network.Layout.OutputWidth, rows = random.Next(1, 30);
            float[] features = [.. Enumerable.Range(0, rows).SelectMany(_ => network.NextRow(random))];
            for (int i = random.Next(-3, 4); i > 0; i--)
                features[random.Next(features.Length)] = wild[random.Next(wild.Length)];
            float[]? expected = null;
            foreach (var width in VectorWidths.Available)
            {
                var program = network.Compile(width);
                float[] alone = new float[rows * outputs], together = new float[rows * outputs];
                for (int row = 0; row < rows; row++)
                    program.Run(features.AsSpan(row * inputs, inputs), alone.AsSpan(row * outputs, outputs));
                expected ??= alone;
                Bits.AreEqual(expected, alone, $"{width} against {VectorWidths.Available[0]}, seed {seed}: {network}");
                program.RunBlock(features, rows, together);
                Bits.AreEqual(expected, together, $"{width}, a block of {rows}, seed {seed}: {network}");
            }
        }
    }

    [TestMethod]
    public void Running_allocates_nothing()
    {
        Layer[] parts =
        [
            Layer.Sequential(Layer.Select(new SlotRange(0, 20)), Layer.PeriodicEmbedding(300, 9)), Layer.Sequential(Layer.Select(new SlotRange(0, 20)), Layer.PiecewiseLinearEmbedding(48, 4)),
            Layer.Sequential(Layer.Select(new SlotRange(20, 30)), Layer.Linear(8, bias: false)),
        ];
        var fold = Layer.Sequential(Layer.Concat(parts), Layer.Scale, Layer.Linear(64), Layer.SELU, Layer.Linear(1));
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.RobustScale, Layer.Sum(fold, fold, fold)), 50, new Random(6));
        const int Rows = 40;
        float[] features = [.. Enumerable.Range(0, Rows).SelectMany(_ => network.NextRow(new Random(7)))];
        float[] outputs = new float[Rows];
        int[] indices = [1, 7, 30];
        float[] values = [1, 2, 3];
        foreach (var width in VectorWidths.Available)
        {
            var program = network.Compile(width);
            Everything();
            Assert.AreEqual(0, Allocations.Of(Everything), $"{width}");

            void Everything()
            {
                program.Run(features.AsSpan(0, 50), outputs.AsSpan(0, 1));
                program.Run(indices, values, outputs.AsSpan(0, 1));
                program.RunBlock(features, Rows, outputs);
            }
        }
    }

    private static void AreClose(double[] expected, double[] tolerance, float[] actual, string message)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance[i], $"Output {i}. {message}");
    }
}
