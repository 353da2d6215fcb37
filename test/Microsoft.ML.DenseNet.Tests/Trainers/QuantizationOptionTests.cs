using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The option Quantization: the model predicts with 8-bit weights where that costs no accuracy on held-out rows.</summary>
[TestClass]
public sealed class QuantizationOptionTests
{
    [TestMethod]
    public void A_model_of_folds_is_quantized_and_otherwise_the_same()
    {
        var (single, _) = Fit(NetworkQuantization.None, labels: Noisy);
        var (quantized, log) = Fit(NetworkQuantization.Int8, labels: Noisy);
        Assert.AreEqual(NetworkQuantization.None, single.Quantization);
        Assert.AreEqual(NetworkQuantization.Int8, quantized.Quantization);
        Bits.AreEqual(single.Parameters.Span, quantized.Parameters.Span, "the values");
        Assert.Contains("The model predicts with 8-bit weights: the RMSE goes from ", log);

        float[] row = [0.3f, -0.4f, 1.2f, 0.1f], exact = new float[1], rounded = new float[1];
        single.Predict(row, exact);
        quantized.Predict(row, rounded);
        Assert.AreNotEqual(exact[0], rounded[0]);
        Assert.AreEqual(exact[0], rounded[0], 0.1);
    }

    [TestMethod]
    public void A_classifier_keeps_its_calibration_its_file_the_quantization_and_ONNX_single_precision()
    {
        var ml = new MLContext(seed: 1);
        var data = DenseNetDatasets.MakeClassification(rows: 300, features: 6).ToDataView(ml);
        DenseNetBinaryTransformer Fit(NetworkQuantization quantization) => ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            Quantization = quantization,
            NumberOfEpochs = 3,
        }).Fit(data);
        var quantized = Fit(NetworkQuantization.Int8);
        Bits.AreEqual(Fit(NetworkQuantization.None).Model.Network.Parameters.Span, quantized.Model.Network.Parameters.Span, "the values, factor included");

        // Whether so short a training holds its accuracy is up to chance; a model saved either way comes back as it was.
        foreach (var network in (TrainedNetwork[])[quantized.Model.Network.Quantize(), quantized.Model.Network.Quantize(NetworkQuantization.None)])
        {
            using var stream = new MemoryStream();
            ml.Model.Save(ml.BinaryClassification.CreateTransformer(network), data.Schema, stream);
            stream.Position = 0;
            var loaded = (DenseNetBinaryTransformer)ml.Model.Load(stream, out _);
            Assert.AreEqual(network.Quantization, loaded.Model.Network.Quantization);
            CollectionAssert.AreEqual(Onnx(quantized.Model.Network.Quantize(NetworkQuantization.None)), Onnx(network), "in single precision");
        }

        byte[] Onnx(TrainedNetwork network)
        {
            using var stream = new MemoryStream();
            ml.BinaryClassification.CreateTransformer(network).SaveAsOnnx(stream);
            return stream.ToArray();
        }
    }

    [TestMethod]
    public void A_model_that_would_lose_accuracy_stays_in_single_precision_and_the_log_says_so()
    {
        // A line without noise, learned to a thousandth of its spread, which 8 bits cannot represent.
        var (network, log) = Fit(NetworkQuantization.Int8, labels: (x, _) => x[0] - x[1], options =>
        {
            options.Network = Layer.Sequential(Layer.Linear(96), Layer.HardTanh(-100, 100), Layer.Linear(96), Layer.HardTanh(-100, 100));
            options.NumberOfEpochs = 60;
            options.ValidationFraction = 0.2;
            options.LearningRate = 0.01;
            options.Schedule = Schedules.FlatCosine;
        });
        Assert.AreEqual(NetworkQuantization.None, network.Quantization);
        Assert.Contains("Quantization is Int8, but the model predicts in single precision: with 8-bit weights the RMSE goes from ", log);
        Assert.Contains(" on held-out rows, and at most 0.1", log);
    }

    [TestMethod]
    public void Without_held_out_rows_nothing_is_quantized_and_the_log_says_why()
    {
        var (network, log) = Fit(NetworkQuantization.Int8, labels: Noisy, options => options.HiddenUnits = [96, 96]);
        Assert.AreEqual(NetworkQuantization.None, network.Quantization);
        Assert.Contains("there are no held-out rows to measure its cost on. Set ValidationFraction, or give Fit validation data.", log);

        (network, _) = Fit(NetworkQuantization.Int8, labels: Noisy, options => (options.HiddenUnits, options.ValidationFraction) = ([96, 96], 0.3));
        Assert.AreEqual(NetworkQuantization.Int8, network.Quantization);
    }

    [TestMethod]
    public void A_value_that_is_none_of_the_members_is_refused() =>
        Assert.Contains("Quantization", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MLContext().Regression.Trainers.DenseNet(
            new DenseNetRegressionTrainer.Options { Quantization = (NetworkQuantization)5 })).Message);

    private static float Noisy(float[] x, Random random) => (float)(x[0] - (x[1] * x[2]) + RandomNetworks.Normal(random));

    private static (TrainedNetwork Network, string Log) Fit(NetworkQuantization quantization, Func<float[], Random, float> labels, Action<DenseNetRegressionTrainer.Options>? change = null)
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, message) =>
        {
            if (message.Kind is ChannelMessageKind.Warning or ChannelMessageKind.Info)
                log.Add(message.RawMessage);
        };
        var random = new Random(1);
        var rows = Enumerable.Range(0, 200).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, 4).Select(_ => (float)RandomNetworks.Normal(random))];
            return new Row { Features = x, Label = labels(x, random) };
        }).ToArray();
        var options = new DenseNetRegressionTrainer.Options { Quantization = quantization, NumberOfEpochs = 3 };
        change?.Invoke(options);
        return (ml.Regression.Trainers.DenseNet(options).Fit(ml.Data.LoadFromEnumerable(rows)).Model.Network, string.Join('\n', log));
    }

    private sealed class Row
    {
        [Microsoft.ML.Data.VectorType(4)]
        public required float[] Features { get; init; }

        public required float Label { get; init; }
    }
}
