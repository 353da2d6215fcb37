namespace Microsoft.ML.DenseNet.Tests;

/// <summary>ONNX graphs of networks, run in ONNX Runtime, against the managed kernels and the reference.</summary>
[TestClass]
public sealed class OnnxCompilerTests
{
    private const int Networks = 400;

    /// <summary>The promised agreement with managed code, relative to a value, or to 1 where it is smaller.</summary>
    private const double Precision = 1e-5;

    public TestContext TestContext { get; set; } = null!;

    public static IEnumerable<object[]> Activations => RandomNetworks.Activations
        .Concat([Layer.Exp, Layer.Softplus(0.3f, -1f), Layer.Softplus(1f, 2f), Layer.Softplus(3f, 40f), Layer.ELU(-0.5f)])
        .Select(activation => new object[] { activation });

    [TestMethod]
    public void Random_networks_agree_with_the_managed_kernels_and_the_reference()
    {
        double worst = 0;
        int values = 0, beyond = 0;
        for (int seed = 0; seed < Networks; seed++)
        {
            var random = new Random(seed);
            var network = RandomNetworks.Next(random);
            int inputs = network.Layout.InputWidth;
            int outputs = network.Layout.OutputWidth;
            int rows = random.Next(1, 8);
            float[] features = [.. Enumerable.Range(0, rows).SelectMany(_ => network.NextRow(random))];
            float[] managed = new float[rows * outputs];
            network.Compile(VectorWidth.Widest).RunBlock(features, rows, managed);

            using var run = new OnnxRun(OnnxModels.Export(network));
            float[] actual = run.Run<float>("Score", features, rows);
            for (int row = 0; row < rows; row++)
            {
                var (reference, tolerance) = ReferenceNetwork.RunWithTolerance(
                    network.Layout, network.Parameters, network.Buffers, features.AsSpan(row * inputs, inputs));
                for (int i = 0; i < outputs; i++)
                {
                    float value = actual[(row * outputs) + i];
                    float expected = managed[(row * outputs) + i];
                    string message = $"Output {i} of row {row}, seed {seed}: {network}";

                    // Where values of 10⁴ cancel, rounding alone leads further away than that, and managed code as far.
                    double scale = Math.Max(1, Math.Abs(reference[i]));
                    double bound = Math.Max(Precision * scale, 2 * tolerance[i]);
                    Assert.AreEqual(expected, value, bound, $"Managed. {message}");
                    Assert.AreEqual(reference[i], value, bound, $"Reference. {message}");
                    double difference = Math.Abs(expected - value) / scale;
                    worst = Math.Max(worst, difference);
                    values++;
                    beyond += difference > Precision ? 1 : 0;
                }
            }
        }

        TestContext.WriteLine($"The largest difference from managed code is {worst:E1} of the value, or of 1; {beyond} of {values} are beyond {Precision}.");
        Assert.IsLessThan(values / 1000, beyond, "Differences beyond the promised precision must stay rare.");
    }

    [TestMethod]
    [DynamicData(nameof(Activations))]
    public void Activations_agree_with_the_reference(Layer activation)
    {
        float[] points = [.. Enumerable.Range(-4000, 8001).Select(i => i * 0.01f), -1e4f, 1e4f];
        if (activation == Layer.Exp)
            points = [.. points.Where(point => point < 80)];
        using var run = new OnnxRun(OnnxModels.Export(new NetworkLayout(activation, points.Length), [], []));
        float[] output = run.Run<float>("Score", points, 1);
        for (int i = 0; i < points.Length; i++)
        {
            double expected = ReferenceActivation.Apply((ActivationLayer)activation, points[i]);

            // Where ONNX Runtime's sigmoid leaves off, SiLU has 18 times its error; all others stay below 3e-7.
            double precision = activation == Layer.SiLU ? 3e-6 : 5e-7;
            Assert.AreEqual(expected, output[i], precision * Math.Max(1, Math.Abs(expected)), $"{activation} at {points[i]:R}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Activations))]
    public void Infinities_and_NaN_are_those_of_the_formula(Layer activation)
    {
        float[] points = [float.NegativeInfinity, float.PositiveInfinity, float.NaN, -1e30f, 1e30f];
        using var run = new OnnxRun(OnnxModels.Export(new NetworkLayout(activation, points.Length), [], []));
        float[] output = run.Run<float>("Score", points, 1);
        for (int i = 0; i < points.Length; i++)
        {
            float expected = (float)ReferenceActivation.Apply((ActivationLayer)activation, points[i]);
            string message = $"{activation} at {points[i]} is {output[i]} instead of {expected}";
            if (float.IsFinite(expected))
                Assert.AreEqual(expected, output[i], 1e-6 * Math.Abs(expected), message);
            else
                Assert.IsTrue(expected.Equals(output[i]), message);
        }
    }

    [TestMethod]
    public void Standardize_lets_no_wild_value_through()
    {
        float[] row = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -1e30f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NaN, 3f];
        float[] mean = [1, 2, 3, 4, 5, -float.MaxValue, float.MaxValue, 8, 9, 1];
        float[] scale = [1, 1, 1, 1, 1, 1, 1, 0, 0, 0.5f];
        float[] expected = [0, 1e4f, -1e4f, 1e4f, -1e4f, 1e4f, -1e4f, 0, 0, 1];
        using var run = new OnnxRun(OnnxModels.Export(new NetworkLayout(Layer.Standardize, row.Length), [], [.. mean, .. scale]));
        CollectionAssert.AreEqual(expected, run.Run<float>("Score", row, 1));
    }

    [TestMethod]
    public void A_time_stamp_keeps_its_precision()
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.Standardize, Layer.Linear(1)), 2);
        using var run = new OnnxRun(OnnxModels.Export(layout, [1f, 0f, 0.25f], [1.6e9f, 0f, 1e-3f, 1f]));
        Assert.AreEqual(1.53, run.Run<float>("Score", [1.6e9f + 1280f, 0f], 1)[0], 1e-6);
    }

    [TestMethod]
    public void A_unit_far_from_0_keeps_its_precision_in_batch_normalization()
    {
        // weight, bias, mean, variance: values around 10000 that vary by 1.
        var layout = new NetworkLayout(Layer.BatchNorm(), 1);
        using var run = new OnnxRun(OnnxModels.Export(layout, [1f, 0f], [1e4f, 1f]));
        Assert.AreEqual(0.5 / Math.Sqrt(1 + 1e-5), run.Run<float>("Score", [10000.5f], 1)[0], 1e-6);
    }

    [TestMethod]
    public void A_row_far_from_0_keeps_its_precision_in_layer_normalization()
    {
        // Its mean square less its square mean would be lost in rounding.
        float[] row = [10001f, 10002f, 10003f, 10004f];
        var layout = new NetworkLayout(Layer.LayerNorm(), row.Length);
        float[] parameters = [1, 1, 1, 1, 0, 0, 0, 0];
        using var run = new OnnxRun(OnnxModels.Export(layout, parameters, []));
        float[] output = run.Run<float>("Score", row, 1);
        double[] expected = ReferenceNetwork.Run(layout, parameters, [], row);
        for (int i = 0; i < row.Length; i++)
            Assert.AreEqual(expected[i], output[i], 1e-5);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(1000)]
    public void Any_number_of_rows_runs(int rows)
    {
        foreach (var network in NetworksOfEveryKind())
        {
            int inputs = network.Layout.InputWidth, outputs = network.Layout.OutputWidth;
            foreach (var kind in outputs == 1 ? [PredictionKind.Regression, PredictionKind.BinaryClassification] : new[] { PredictionKind.Regression, PredictionKind.MulticlassClassification })
            {
                using var run = new OnnxRun(OnnxModels.Export(network, kind));
                var random = new Random(1);
                float[] features = [.. Enumerable.Range(0, rows * inputs).Select(_ => random.NextSingle())];
                float[] actual = run.Run<float>("Score", features, rows);
                Assert.HasCount(rows * outputs, actual);
                if (kind == PredictionKind.MulticlassClassification)
                    continue;
                float[] expected = new float[rows * outputs];
                network.ComputeOutputBlock(features, rows, expected);
                for (int i = 0; i < expected.Length; i++)
                    Assert.AreEqual(expected[i], actual[i], Precision * Math.Max(1, Math.Abs(expected[i])), $"{kind}, value {i}: {network.Layout.Layer}");
            }
        }
    }

    /// <summary>Each layer alone, all together, and what the trainers make of no network and of an ensemble.</summary>
    private static IEnumerable<TrainedNetwork> NetworksOfEveryKind()
    {
        foreach (var layer in ((SequentialLayer)TestNetworks.EveryLayer).Layers.Concat(RandomNetworks.Activations).Append(Layer.PReLU(perUnit: false)))
            yield return TestNetworks.Create(layer, 4);
        foreach (var mean in Enum.GetValues<MeanKind>())
            yield return TestNetworks.Create(Layer.Sequential(new RepeatLayer(3), new MemberLinearLayer(3, 2), new MemberMeanLayer(3, mean)), 4);
        for (int units = 1; units < 6; units++)
        {
            for (int inputs = 1; inputs < 6; inputs++)
            {
                yield return TestNetworks.Create(Layer.Linear(units), inputs);
                yield return TestNetworks.Create(Layer.EmbeddingBag(units), inputs);
                yield return TestNetworks.Create(Layer.PeriodicEmbedding(2 * units, 1 + units), inputs);
                yield return TestNetworks.Create(Layer.PiecewiseLinearEmbedding(3, units), inputs);
                yield return TestNetworks.Create(new EnsembleLinearLayer(3, units, true, MemberScaling.Normal), 3 * inputs);
                yield return TestNetworks.Create(new MemberLinearLayer(3, units), 3 * inputs);
            }
        }

        yield return TestNetworks.Create(TestNetworks.EveryLayer, TestNetworks.EveryLayerInputs);
        yield return TestNetworks.Default(new MLContext(1));
        yield return TestNetworks.Ensemble(new MLContext(1));
    }

    [TestMethod]
    [DataRow("Identity")]
    [DataRow("Sequential()")]
    [DataRow("Dropout")]
    [DataRow("Concat(Identity)")]
    public void A_network_that_computes_nothing_gives_its_input(string expression)
    {
        Layer layer = expression switch
        {
            "Identity" => Layer.Identity,
            "Dropout" => Layer.Dropout(),
            "Sequential()" => Layer.Sequential(),
            _ => Layer.Concat(Layer.Identity),
        };
        using var run = new OnnxRun(OnnxModels.Export(new NetworkLayout(layer, 2), [], []));
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4 }, run.Run<float>("Score", [1, 2, 3, 4], 2));
    }

    [TestMethod]
    public void Every_layer_is_known()
    {
        var layout = new NetworkLayout(TestNetworks.EveryLayer, TestNetworks.EveryLayerInputs);
        Assert.IsTrue(OnnxCompiler.CanCompile(layout.Root));
        OnnxModels.Export(layout, new float[layout.ParameterCount], new float[layout.BufferCount]);

        var kinds = layout.Root.DescendantsAndSelf().Select(node => node.Layer.GetType()).Append(typeof(ModuleLayer));
        var missing = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer))).Except(kinds);
        Assert.IsEmpty(missing, $"Not in this test: {string.Join(", ", missing)}");

        foreach (var function in Enum.GetValues<ActivationFunction>())
        {
            var activation = new ActivationLayer(function, 0.5f, 1f);
            OnnxModels.Export(new NetworkLayout(activation, 1), [], []);
        }
    }
}
