using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A trained network that predicts with 8-bit weights: what it costs, and how it is stored.</summary>
[TestClass]
public sealed class QuantizationTests
{
    private const int Width = 12;

    private static readonly Layer Layers = Layer.Sequential(Layer.Standardize, Layer.Linear(96), Layer.SELU, Layer.Linear(96), Layer.SELU);

    [TestMethod]
    public void A_network_is_quantized_and_returned_to_single_precision()
    {
        var network = Create(1);
        var quantized = network.Quantize();
        Assert.AreEqual(NetworkQuantization.None, network.Quantization);
        Assert.AreEqual(NetworkQuantization.Int8, quantized.Quantization);
        Assert.AreSame(quantized, quantized.Quantize());
        float[] row = Rows(1), single = Outputs(network, row), rounded = Outputs(quantized, row);
        Assert.AreNotEqual(single[0], rounded[0]);
        Bits.AreEqual(single, Outputs(quantized.Quantize(NetworkQuantization.None), row), "single precision again");
        Bits.AreEqual(network.Parameters.Span, quantized.Parameters.Span, "the values");
        Assert.AreEqual(NetworkQuantization.Int8, quantized.With(TestNetworks.History()).Quantization);
        Assert.AreEqual(NetworkQuantization.Int8, quantized.With(quantized.Signature).Quantization);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => network.Quantize((NetworkQuantization)7));
    }

    [TestMethod]
    [DataRow(LearningTask.Regression)]
    [DataRow(LearningTask.BinaryClassification)]
    [DataRow(LearningTask.MulticlassClassification)]
    public void The_cost_is_the_error_of_the_predictions(LearningTask task)
    {
        const int Count = 300;
        int outputs = task == LearningTask.MulticlassClassification ? 3 : 1;
        var network = Create(outputs, task);
        float[] rows = Rows(Count);
        var random = new Random(3);
        float[] labels = [.. Enumerable.Range(0, Count).Select(_ => task == LearningTask.Regression ? random.NextSingle() : random.Next(outputs == 1 ? 2 : 3))];
        var cost = network.MeasureQuantization(rows, labels);
        Assert.AreEqual(Error(network), cost.SinglePrecisionError, 1e-5 * Error(network));
        Assert.AreEqual(Error(network.Quantize()), cost.QuantizedError, 1e-5 * Error(network));
        Assert.AreNotEqual(cost.SinglePrecisionError, cost.QuantizedError);
        Assert.AreEqual((cost.QuantizedError / cost.SinglePrecisionError) - 1, cost.Increase, 1e-9);
        Assert.AreEqual(cost, network.Quantize().MeasureQuantization(rows, labels), "of a quantized network");

        double Error(TrainedNetwork trained)
        {
            double total = 0;
            float[] prediction = new float[outputs];
            for (int i = 0; i < Count; i++)
            {
                trained.Predict(rows.AsSpan(i * Width, Width), prediction);
                total += task switch
                {
                    LearningTask.Regression => Math.Pow((double)prediction[0] - labels[i], 2),
                    LearningTask.BinaryClassification => -Math.Log(labels[i] == 1 ? prediction[0] : 1.0 - prediction[0]),
                    _ => -Math.Log(prediction[(int)labels[i]]),
                };
            }

            return task == LearningTask.Regression ? Math.Sqrt(total / Count) : total / Count;
        }
    }

    [TestMethod]
    public void A_network_that_loses_accuracy_is_refused_with_both_errors()
    {
        var network = Create(1);
        float[] rows = Rows(50);
        float[] exact = [.. Enumerable.Range(0, 50).Select(i => Outputs(network, rows[(i * Width)..((i + 1) * Width)])[0] + (i % 2 == 0 ? 1e-3f : -1e-3f))];
        var cost = network.MeasureQuantization(rows, exact);
        Assert.IsFalse(cost.IsWithin(QuantizationCost.DefaultTolerance));
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => network.Quantize(rows, exact)).Message;
        Assert.Contains(cost.ToString(), message);
        Assert.Contains("the RMSE goes from ", message);
        Assert.AreEqual(0.001, cost.SinglePrecisionError, 1e-6);

        float[] far = [.. exact.Select(value => value + 100)];
        Assert.AreEqual(NetworkQuantization.Int8, network.Quantize(rows, far).Quantization);
        Assert.AreEqual(NetworkQuantization.Int8, network.Quantize(rows, exact, tolerance: 1e6).Quantization);
    }

    [TestMethod]
    public void Rows_and_labels_that_do_not_fit_are_named()
    {
        var classifier = Create(3, LearningTask.MulticlassClassification);
        Refused(() => classifier.MeasureQuantization([], []), "no rows");
        Refused(() => classifier.MeasureQuantization(Rows(2), [0]), "features has 24 values; 12 are needed");
        Refused(() => classifier.MeasureQuantization(Rows(2), [0, 3]), "The label of row 1 is 3; it must be a class from 0 to 2");
        Refused(() => classifier.Quantize(Rows(1), [0.5f]), "The label of row 0 is 0.5");
        Refused(() => Create(1, LearningTask.BinaryClassification).MeasureQuantization(Rows(1), [-1]), "a class from 0 to 1");
        Refused(() => Create(1).MeasureQuantization(Rows(1), [float.NaN]), "a finite number");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => classifier.Quantize(Rows(1), [0], -0.1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => classifier.Quantize(Rows(1), [0], double.NaN));

        static void Refused(Action call, string reason) => Assert.Contains(reason, Assert.ThrowsExactly<ArgumentException>(call).Message);
    }

    [TestMethod]
    public void A_file_keeps_the_quantization_in_a_version_that_older_packages_refuse()
    {
        var network = Create(1);
        byte[] single = ModelFileBuilder.Save(network), quantized = ModelFileBuilder.Save(network.Quantize());
        Assert.AreEqual(1, BitConverter.ToInt32(single, 8));
        Assert.AreEqual(2, BitConverter.ToInt32(quantized, 8));
        Assert.DoesNotContain("quantization", Encoding.Latin1.GetString(single));
        Assert.IsLessThan(50, quantized.Length - single.Length);

        var loaded = ModelFileBuilder.Load(quantized);
        Assert.AreEqual(NetworkQuantization.Int8, loaded.Quantization);
        Assert.AreEqual(NetworkQuantization.None, ModelFileBuilder.Load(single).Quantization);
        Bits.AreEqual(Outputs(network.Quantize(), Rows(1)), Outputs(loaded, Rows(1)), "the loaded network");
        Bits.AreEqual(network.Parameters.Span, loaded.Parameters.Span, "the values");
        CollectionAssert.AreEqual(single, ModelFileBuilder.Save(loaded.Quantize(NetworkQuantization.None)));

        var older = new SealedFile("DENSENET", 1, NetworkFile.MaximumHeaderLength, "The DenseNet model", "");
        using var stream = new MemoryStream(quantized);
        Assert.Contains("saved by a newer version", Assert.ThrowsExactly<FormatException>(() => older.Open(stream)).Message);
    }

    [TestMethod]
    [DataRow("\"Int4\"")]
    [DataRow("\"int8\"")]
    [DataRow("\"1\"")]
    [DataRow("1")]
    [DataRow("null")]
    [DataRow("[\"Int8\"]")]
    public void A_quantization_that_is_none_is_refused(string value)
    {
        string header = Encoding.UTF8.GetString(NetworkHeader.Of(Create(1).Quantize()).ToJson().Span);
        Assert.Contains("\"quantization\":\"Int8\"", header);
        string altered = header.Replace("\"quantization\":\"Int8\"", $"\"quantization\":{value}", StringComparison.Ordinal);
        Assert.Contains("field 'quantization' is not", Assert.ThrowsExactly<FormatException>(() => NetworkHeader.FromJson(Encoding.UTF8.GetBytes(altered))).Message);
    }

    [TestMethod]
    public void Safetensors_keep_the_quantization()
    {
        var network = Create(1);
        foreach (var saved in (TrainedNetwork[])[network, network.Quantize()])
        {
            using var stream = new MemoryStream();
            saved.SaveSafetensors(stream);
            string version = saved.Quantization == NetworkQuantization.None ? "1" : "2";
            Assert.Contains($"\"densenet.version\":\"{version}\"", Encoding.Latin1.GetString(stream.ToArray()));
            stream.Position = 0;
            var loaded = TrainedNetwork.LoadSafetensors(stream);
            Assert.AreEqual(saved.Quantization, loaded.Quantization);
            Bits.AreEqual(Outputs(saved, Rows(1)), Outputs(loaded, Rows(1)), version);
        }
    }

    private static TrainedNetwork Create(int outputs, LearningTask task = LearningTask.Regression)
    {
        var network = TestNetworks.Create(Layer.Sequential(Layers, Layer.Linear(outputs)), Width);
        return new TrainedNetwork(network.Layout, [.. network.Parameters.ToArray().Select(value => value / 2)], network.Buffers.ToArray(), network.History, new NetworkSignature(task));
    }

    private static float[] Rows(int count)
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, count * Width).Select(_ => (float)RandomNetworks.Normal(random))];
    }

    private static float[] Outputs(TrainedNetwork network, float[] row)
    {
        float[] outputs = new float[network.Layout.OutputWidth];
        network.ComputeOutputs(row.AsSpan(0, Width), outputs);
        return outputs;
    }
}
