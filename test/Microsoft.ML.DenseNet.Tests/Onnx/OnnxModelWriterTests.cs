using System.Reflection;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The files as such, read back without the code that wrote them.</summary>
[TestClass]
public sealed class OnnxModelWriterTests
{
    [TestMethod]
    public void A_file_says_what_it_is_and_who_wrote_it()
    {
        var file = Export(PredictionKind.BinaryClassification);
        Assert.AreEqual(7, file.Model.Int64(1), "ir_version");
        Assert.AreEqual("Microsoft.ML.DenseNet", file.Model.String(2), "producer_name");
        string version = typeof(Layer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        Assert.AreEqual(version.Split('+')[0], file.Model.String(3), "producer_version");
        CollectionAssert.AreEqual(new Dictionary<string, long> { [""] = 13 }, file.Opsets.ToDictionary());
        CollectionAssert.AreEquivalent(new[] { 1, 2, 3, 7, 8 }, file.Model.Numbers.ToArray());
        Assert.AreEqual("DenseNet", file.Graph.String(2), "the graph's name");
    }

    [TestMethod]
    [DataRow(PredictionKind.BinaryClassification, 1, "Score: 1 [N, 1]|Probability: 1 [N, 1]|PredictedLabel: 9 [N, 1]")]
    [DataRow(PredictionKind.MulticlassClassification, 3, "Score: 1 [N, 3]|PredictedLabel: 12 [N, 1]")]
    [DataRow(PredictionKind.Regression, 1, "Score: 1 [N, 1]")]
    public void Inputs_and_outputs_are_declared(object kind, int width, string outputs)
    {
        var file = Export((PredictionKind)kind, width);
        CollectionAssert.AreEqual(new[] { "Features: 1 [N, 5]" }, file.Inputs.ToArray());
        CollectionAssert.AreEqual(outputs.Split('|'), file.Outputs.ToArray());
    }

    [TestMethod]
    public void Every_value_is_made_once_and_before_it_is_read()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var network = RandomNetworks.Next(new Random(seed));
            var trained = new TrainedNetwork(network.Layout, network.Parameters, network.Buffers, TestNetworks.History());
            foreach (var kind in new[] { PredictionKind.BinaryClassification, PredictionKind.MulticlassClassification, PredictionKind.Regression })
                IsWellFormed(new OnnxFile(OnnxModels.Export(trained, kind)), $"{kind}, seed {seed}: {network}");
        }
    }

    [TestMethod]
    public void Weights_are_there_under_their_names_as_little_endian_floats()
    {
        var network = TestNetworks.Create(Layer.Sequential(Layer.Linear(4), Layer.ReLU, Layer.Linear(1, bias: false)), 3);
        var tensors = new OnnxFile(OnnxModels.Export(network, PredictionKind.Regression)).Tensors;
        CollectionAssert.AreEquivalent(new[] { "0.weight", "0.bias", "2.weight" }, tensors.Select(tensor => tensor.String(8)).ToArray());
        foreach (var (expected, actual) in network.Tensors.Zip(tensors))
        {
            Assert.AreEqual(1, actual.Int64(2), "data_type");
            CollectionAssert.AreEqual(expected.Shape.Select(size => (long)size).ToArray(), actual.AllInt64(1));
            CollectionAssert.AreEqual(expected.Values.ToArray(), MemoryMarshal.Cast<byte, float>(actual.AllBytes(9).Single()).ToArray());
        }
    }

    [TestMethod]
    public void A_plain_network_has_one_node_a_layer()
    {
        var network = TestNetworks.Create(Layer.Sequential(Layer.Linear(4), Layer.ReLU, Layer.Dropout(), Layer.Linear(1)), 3);
        var nodes = new OnnxFile(OnnxModels.Export(network, PredictionKind.Regression)).Nodes;
        CollectionAssert.AreEqual(new[] { "0/Gemm", "1/Relu", "3/Gemm" }, nodes.Select(node => node.Name).ToArray());
        CollectionAssert.AreEqual(new[] { "Features", "0.weight", "0.bias" }, nodes[0].Inputs);
        CollectionAssert.AreEqual(new[] { "Score" }, nodes[2].Outputs);
    }

    [TestMethod]
    public void The_same_model_gives_the_same_bytes()
    {
        var network = TestNetworks.Create(5, 3);
        CollectionAssert.AreEqual(
            OnnxModels.Export(network, PredictionKind.MulticlassClassification), OnnxModels.Export(network, PredictionKind.MulticlassClassification));
    }

    [TestMethod]
    public void A_file_above_2_GB_is_refused_before_anything_is_written()
    {
        var tensor = new ProtobufMessage().Add(9, 3L << 30, () => ByteString.Empty);
        var model = new ProtobufMessage().Add(1, 7).Add(7, new ProtobufMessage().Add(5, tensor));
        using var stream = new MemoryStream();
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => model.WriteTo(stream));
        StringAssert.Contains(error.Message, "less than 2 GB");
        Assert.AreEqual(0, stream.Length);
    }

    [TestMethod]
    [DataRow(0L)]
    [DataRow(127L)]
    [DataRow(128L)]
    [DataRow(-1L)]
    [DataRow(long.MaxValue)]
    public void Messages_have_the_length_that_they_declare(long number)
    {
        string text = new('ä', 100);
        var inner = new ProtobufMessage().Add(1, number).Add(2, text).Add(20, 0.5f);
        var outer = new ProtobufMessage().Add(3, inner).Add(1000, "");
        using var stream = new MemoryStream();
        outer.WriteTo(stream);
        Assert.AreEqual(outer.Size, stream.Length);

        var read = new ProtobufFields(stream.ToArray());
        Assert.AreEqual("", read.String(1000));
        Assert.AreEqual(number, read.Message(3).Int64(1));
        Assert.AreEqual(text, read.Message(3).String(2));
        Assert.AreEqual(0.5f, BitConverter.UInt32BitsToSingle((uint)read.Message(3).Int64(20)));
    }

    private static OnnxFile Export(PredictionKind kind, int outputWidth = 1) => new(OnnxModels.Export(TestNetworks.Create(5, outputWidth), kind));

    /// <summary>What ONNX's own checker asks of a graph: values have one maker each, which stands before all readers; names are unique.</summary>
    private static void IsWellFormed(OnnxFile file, string message)
    {
        var values = new HashSet<string>();
        foreach (string input in file.Graph.AllMessages(11).Select(value => value.String(1)))
            Assert.IsTrue(values.Add(input), message);
        foreach (var tensor in file.Tensors)
        {
            Assert.IsTrue(values.Add(tensor.String(8)), $"{tensor.String(8)} is there twice. {message}");
            long count = tensor.AllInt64(1).Aggregate(1L, (product, size) => product * size);
            int size = tensor.Int64(2) == 7 ? sizeof(long) : sizeof(float);
            Assert.AreEqual(count * size, tensor.AllBytes(9).Single().Length, $"{tensor.String(8)}. {message}");
        }

        foreach (var node in file.Nodes)
        {
            Assert.AreEqual("", node.Domain, message);
            foreach (string input in node.Inputs)
                Assert.Contains(input, values, $"{node.Name} reads {input} before it is made. {message}");
            foreach (string output in node.Outputs)
                Assert.IsTrue(values.Add(output), $"{output} is made twice. {message}");
        }

        foreach (string output in file.Graph.AllMessages(12).Select(value => value.String(1)))
            Assert.Contains(output, values, message);
        Assert.HasCount(file.Nodes.Count, file.Nodes.Select(node => node.Name).Distinct(), message);
    }
}
