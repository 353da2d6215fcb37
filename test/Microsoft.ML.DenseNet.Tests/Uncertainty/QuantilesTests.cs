using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Losses.Quantiles: several quantiles at once, which never cross, and intervals of them.</summary>
[TestClass]
public sealed class QuantilesTests
{
    private const int TestRows = 4000;

    private static readonly double[] Quantiles = [0.05, 0.1, 0.5, 0.9, 0.95];

    private static readonly NoisyRow[] Fresh = NoisyRow.Create(TestRows, seed: 1000);

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void They_are_near_the_true_conditional_quantiles(bool isDefault)
    {
        var network = Fit(NoisyRow.Create(isDefault ? 1500 : 3000, 1), options => (options.HiddenUnits, options.NumberOfEpochs) = (isDefault ? null : [32], isDefault ? 12 : 30));
        CollectionAssert.AreEqual(Quantiles, network.Quantiles.ToArray());
        float[] predictions = new float[TestRows * Quantiles.Length];
        network.PredictBlock([.. Fresh.SelectMany(row => row.Features)], TestRows, predictions);
        double[] normal = [-1.6449, -1.2816, 0, 1.2816, 1.6449];
        for (int i = 0; i < normal.Length; i++)
        {
            double error = Fresh.Select((row, r) => Math.Abs(predictions[(r * Quantiles.Length) + i] - (row.Mean + (normal[i] * row.Deviation)))).Average();
            Assert.IsLessThan(0.25, error, $"quantile {Quantiles[i]}"); // a constant is off by 0.6 to 0.7
            double below = Fresh.Where((row, r) => row.Label <= predictions[(r * Quantiles.Length) + i]).Count() / (double)TestRows;
            Assert.AreEqual(Quantiles[i], below, 0.05);
        }
    }

    [TestMethod]
    public void They_never_cross_on_random_networks()
    {
        var random = new Random(1);
        for (int round = 0; round < 200; round++)
        {
            int count = random.Next(2, 20), inputs = random.Next(1, 6);
            var conversion = new TargetConversion(null, null, Layer.Destandardize, [.. Enumerable.Repeat(1e3f, count), .. Enumerable.Repeat(0.37f, count)], random.Next(2) == 0 ? null : (-1, 2)) { Ascending = new AscendingLayer(random.Next(count)) };
            var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(8), Layer.ReLU, Layer.Linear(count)), inputs);
            float spread = MathF.Pow(10, random.Next(-3, 4));
            float[] parameters = [.. Enumerable.Range(0, layout.ParameterCount).Select(_ => spread * (float)RandomNetworks.Normal(random))];
            var network = conversion.Complete(layout, parameters, [], new TrainingHistory([], 0, StopReason.Completed));
            const int Rows = 37;
            float[] features = [.. Enumerable.Range(0, Rows * inputs).Select(_ => (float)RandomNetworks.Normal(random))], outputs = new float[Rows * count];
            network.ComputeOutputBlock(features, Rows, outputs);
            foreach (float[] row in outputs.Chunk(count))
                Assert.IsTrue(row.Zip(row.Skip(1)).All(pair => pair.First <= pair.Second), string.Join(", ", row));
        }
    }

    [TestMethod]
    public void Torch_trains_them_as_our_engine_does()
    {
        var rows = NoisyRow.Create(200, 2);
        TrainedNetwork On(DenseNetDevice device) => Fit(rows, options => (options.Device, options.NumberOfEpochs, options.Shuffle) = (device, 3, false));
        var (own, torchs) = (On(DenseNetDevice.Cpu), On(DenseNetDevice.TorchCpu));
        for (int epoch = 0; epoch < 3; epoch++)
            Assert.AreEqual(torchs.History[epoch].TrainingLoss, own.History[epoch].TrainingLoss, 1e-4);
        for (int i = 0; i < own.Parameters.Length; i++)
            Assert.AreEqual(torchs.Parameters.Span[i], own.Parameters.Span[i], 1e-3);
    }

    [TestMethod]
    public void The_metric_is_that_of_the_median()
    {
        var network = Fit(NoisyRow.Create(1000, 3), options => options.ValidationFraction = 0.3);
        double spread = Fresh.Sum(row => Math.Pow(row.Label - Fresh.Average(other => other.Label), 2));
        double error = Fresh.Sum(row =>
        {
            float[] outputs = new float[Quantiles.Length];
            network.Predict(row.Features, outputs);
            return Math.Pow(row.Label - outputs[2], 2);
        });
        Assert.AreEqual(1 - (error / spread), network.History[^1].ValidationMetric!.Value, 0.12);
    }

    [TestMethod]
    public void Conformal_intervals_of_them_reach_the_coverages_and_are_wider_where_the_noise_is()
    {
        var network = Fit(NoisyRow.Create(2000, 4), options => (options.ValidationFraction, options.IntervalCoverages) = (0.4, [0.8, 0.9]));
        Assert.IsNull(network.IntervalScale);
        foreach (double coverage in (double[])[0.8, 0.9])
        {
            double covered = Fresh.Count(row => network.PredictInterval(row.Features, coverage).Contains(row.Label)) / (double)TestRows;
            CoverageBound.Assert(coverage, covered, 800, TestRows, "covered");
        }

        NoisyRow[] byNoise = [.. Fresh.OrderBy(row => row.Deviation)];
        double Mean(NoisyRow[] rows) => rows.Average(row => (double)network.PredictInterval(row.Features, 0.9).Width);
        Assert.IsGreaterThan(1.7, Mean(byNoise[^1333..]) / Mean(byNoise[..1333]));
    }

    [TestMethod]
    public void Bounds_that_meet_do_not_cross()
    {
        float[] lower = new float[1], upper = new float[1];
        var rule = new IntervalRule([0.9], [-2], null, [(0, 2)]);
        rule.Apply([1, 2, 10], 1, 1, float.NegativeInfinity, lower, upper);
        Assert.AreEqual((3f, 8f), (lower[0], upper[0]));
        rule.Apply([1, 2, 4], 1, 1, float.NegativeInfinity, lower, upper);
        Assert.AreEqual((2.5f, 2.5f), (lower[0], upper[0]));
    }

    [TestMethod]
    public void Columns_files_and_ONNX_have_them()
    {
        var rows = NoisyRow.Create(400, 5);
        var model = _ml.Regression.Trainers.DenseNet(Options(options => (options.ValidationFraction, options.IntervalCoverages) = (0.5, [0.8, 0.9]))).Fit(_ml.Data.LoadFromEnumerable(rows));
        var scored = model.Transform(_ml.Data.LoadFromEnumerable(rows));
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 5), scored.Schema["Quantiles"].Type);
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["Quantiles"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "0.05", "0.1", "0.5", "0.9", "0.95" }, names.DenseValues().Select(name => name.ToString()).ToArray());
        float[][] quantiles = [.. scored.GetColumn<float[]>("Quantiles")], upper = [.. scored.GetColumn<float[]>("IntervalUpper")];
        float[] scores = [.. scored.GetColumn<float>("Score")], features = [.. rows.SelectMany(row => row.Features)];
        CollectionAssert.AreEqual(quantiles.Select(row => row[2]).ToArray(), scores);

        using var stream = new MemoryStream();
        _ml.Model.Save(model, scored.Schema, stream);
        stream.Position = 0;
        Bits.AreEqual(upper.SelectMany(row => row).ToArray(), _ml.Model.Load(stream, out _).Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("IntervalUpper").SelectMany(row => row).ToArray(), "loaded");

        foreach (bool isPipeline in (bool[])[false, true])
        {
            stream.SetLength(0);
            if (isPipeline)
                _ml.Model.ConvertToOnnx(model, _ml.Transforms.SelectColumns("Features").Fit(scored).Transform(_ml.Data.LoadFromEnumerable(rows)), stream);
            else
                model.SaveAsOnnx(stream);
            using var run = new OnnxRun(stream.ToArray());
            string suffix = isPipeline ? ".output" : "";
            AreClose(scores, run.Run<float>("Score" + suffix, features, rows.Length));
            AreClose([.. quantiles.SelectMany(row => row)], run.Run<float>("Quantiles" + suffix, features, rows.Length));
            AreClose([.. upper.SelectMany(row => row)], run.Run<float>("IntervalUpper" + suffix, features, rows.Length));
        }

        EstimatorChecks.Run(_ml.Regression.Trainers.DenseNet(Options(options => options.NumberOfEpochs = 1)), _ml.Data.LoadFromEnumerable(rows[..50]));
        Assert.IsGreaterThan(0, _ml.Regression.Evaluate(scored).RootMeanSquaredError);
    }

    [TestMethod]
    public void Training_goes_on_with_the_same_quantiles_only()
    {
        var data = _ml.Data.LoadFromEnumerable(NoisyRow.Create(300, 6));
        var first = _ml.Regression.Trainers.DenseNet(Options(_ => { })).Fit(data);
        var second = _ml.Regression.Trainers.DenseNet(Options(options => options.HiddenUnits = null)).Fit(data, first.Model).Model.Network;
        CollectionAssert.AreEqual(Quantiles, second.Quantiles.ToArray());
        Assert.AreEqual(first.Model.Network.Layout.Layer, second.Layout.Layer);
        var refusal = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { NumberOfEpochs = 1 }).Fit(data, first.Model));
        Assert.Contains("predicts the quantiles 0.05, 0.1, 0.5, 0.9, 0.95, but without a loss it would learn one number: take the loss", refusal.Message);
    }

    [TestMethod]
    public void An_ensemble_and_8_bits_keep_the_order()
    {
        foreach (Action<DenseNetRegressionTrainer.Options> set in (Action<DenseNetRegressionTrainer.Options>[])
            [options => options.EnsembleSize = 3, options => (options.HiddenUnits, options.Quantization, options.ValidationFraction) = ([96, 96], NetworkQuantization.Int8, 0.3), options => options.StandardizeTarget = false])
        {
            var network = Fit(NoisyRow.Create(300, 7), set);
            float[] outputs = new float[5];
            foreach (var row in Fresh.Take(200))
            {
                network.Predict(row.Features, outputs);
                Assert.IsTrue(outputs.Zip(outputs.Skip(1)).All(pair => pair.First <= pair.Second));
            }
        }
    }

    [TestMethod]
    public void What_is_not_ascending_between_0_and_1_is_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Losses.Quantiles(0, 0.5));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Losses.Quantiles(0.5, double.NaN));
        Assert.Contains("quantiles[1] is 0.2, after 0.5: name each quantile once, in ascending order.", Assert.ThrowsExactly<ArgumentException>(() => Losses.Quantiles(0.5, 0.2)).Message);
        Assert.Contains("There are 1 quantiles; from 2 to 64 are possible. Losses.Quantile takes a single one.", Assert.ThrowsExactly<ArgumentException>(() => Losses.Quantiles(0.5)).Message);
        var refusal = Assert.ThrowsExactly<ArgumentException>(() => _ml.Regression.Trainers.DenseNet(Options(options => options.IntervalCoverages = [0.9, 0.95])));
        Assert.AreEqual("IntervalCoverages has a coverage of 0.95, whose bounds are the quantiles 0.025 and 0.975, but the loss is Quantiles(0.05, 0.1, 0.5, 0.9, 0.95): add both to the loss, or leave the coverage out.", refusal.Message);
    }

    private static DenseNetRegressionTrainer.Options Options(Action<DenseNetRegressionTrainer.Options> set)
    {
        var options = new DenseNetRegressionTrainer.Options { HiddenUnits = [32], NumberOfEpochs = 30, LearningRate = 0.01, Loss = Losses.Quantiles(Quantiles) };
        set(options);
        return options;
    }

    private TrainedNetwork Fit(NoisyRow[] rows, Action<DenseNetRegressionTrainer.Options> set) => _ml.Regression.Trainers.DenseNet(Options(set)).Fit(_ml.Data.LoadFromEnumerable(rows)).Model.Network;

    private static void AreClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5 * (1 + Math.Abs(expected[i])));
    }
}
