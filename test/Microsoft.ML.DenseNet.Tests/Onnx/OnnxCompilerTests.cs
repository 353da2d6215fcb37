namespace Microsoft.ML.DenseNet.Tests;

/// <summary>ONNX graphs of networks, run in ONNX Runtime, against the managed kernels and the reference.</summary>
[TestClass]
public sealed class OnnxCompilerTests
{
    private const int Networks = 400;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void Random_networks_agree_with_the_managed_kernels()
    {
        double worst = 0;
        for (int seed = 0; seed < Networks; seed++)
        {
            var random = new Random(seed);
            var network = RandomNetworks.Next(random);
            int rows = random.Next(1, 8);
            float[] features = [.. Enumerable.Range(0, rows).SelectMany(_ => network.NextRow(random))];
            float[] expected = new float[rows * network.Layout.OutputWidth];
            network.Compile(VectorWidth.Widest).RunBlock(features, rows, expected);

            using var run = new OnnxRun(OnnxModels.Export(network.Layout, network.Parameters, network.Buffers));
            float[] actual = run.Run<float>("Score", features, rows);
            double w = 0;
            for (int i = 0; i < expected.Length; i++)
                w = Math.Max(w, Math.Abs(expected[i] - actual[i]) / (1 + Math.Abs(expected[i])));
            if (w > 3e-6)
                TestContext.WriteLine($"{seed}: {w} {network}");
            worst = Math.Max(worst, w);
        }

        TestContext.WriteLine($"worst {worst}");
        Assert.Fail("x");
    }
}
