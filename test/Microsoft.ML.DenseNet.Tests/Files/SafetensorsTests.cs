using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Safetensors files, held against a reader and a writer that know nothing of ours.</summary>
[TestClass]
public sealed class SafetensorsTests
{
    // Linear(2, 3), BatchNorm1d(3), ReLU, Linear(3, 1), as torch.nn.Sequential names its state dictionary.
    private static readonly Layer Network = Layer.Sequential(Layer.Linear(3), Layer.BatchNorm(), Layer.ReLU, Layer.Linear(1));

    private static readonly (string Name, string Type, int[] Shape, byte[] Content)[] StateDictionary =
    [
        Single("0.weight", [3, 2], 1, 2, 3, 4, 5, 6),
        Single("0.bias", [3], 0.5f, -0.5f, 0),
        Single("1.weight", [3], 1, 2, -1),
        Single("1.bias", [3], 0, 1, 2),
        Single("1.running_mean", [3], 3, 7, 11),
        Single("1.running_var", [3], 4, 1, 0.25f),
        ("1.num_batches_tracked", "I64", [], BitConverter.GetBytes(7L)),
        Single("3.weight", [1, 3], 1, -1, 0.5f),
        Single("3.bias", [1], 0.25f),
    ];

    [TestMethod]
    public void A_network_is_written_by_PyTorchs_names_and_in_its_layout()
    {
        var network = TestNetworks.Create(TestNetworks.EveryLayer, TestNetworks.EveryLayerInputs);
        byte[] file = Save(network);
        var (header, tensors) = SafetensorsParts.Read(file);
        Assert.AreEqual(0, (8 + (long)BitConverter.ToUInt64(file)) % 8, "aligned, so that Python maps it");
        Assert.AreEqual("pt", (string?)header["__metadata__"]!["format"]);
        CollectionAssert.AreEqual(network.Tensors.Select(tensor => tensor.Name).ToArray(), tensors.Keys.ToArray());
        foreach (var tensor in network.Tensors)
        {
            Bits.AreEqual(tensor.Values.Span, tensors[tensor.Name], tensor.Name);
            CollectionAssert.AreEqual(tensor.Shape.ToArray(), header[tensor.Name]!["shape"]!.AsArray().Select(size => (int)size!).ToArray());
        }
    }

    [TestMethod]
    public void What_is_written_comes_back_by_itself()
    {
        using var folder = new TemporaryFolder();
        foreach (var network in new[] { TestNetworks.Create(TestNetworks.EveryLayer, TestNetworks.EveryLayerInputs), TestNetworks.Create(3, 2).With(TestNetworks.Named) })
        {
            network.SaveSafetensors(folder["network.safetensors"]);
            CollectionAssert.AreEqual(new[] { "network.safetensors" }, folder.Files);
            CollectionAssert.AreEqual(Save(network), File.ReadAllBytes(folder["network.safetensors"]));

            // But for the seconds, which a network's own file does not have either.
            CollectionAssert.AreEqual(ModelFileBuilder.Save(network), ModelFileBuilder.Save(TrainedNetwork.LoadSafetensors(folder["network.safetensors"])));
        }
    }

    [TestMethod]
    public void A_state_dictionary_of_PyTorch_predicts_what_its_formulas_say()
    {
        byte[] file = SafetensorsParts.Write(StateDictionary);
        using var stream = new MemoryStream([9, 9, .. file]) { Position = 2 };
        var network = TrainedNetwork.LoadSafetensors(stream, Network, 2, LearningTask.BinaryClassification);
        Assert.AreEqual(stream.Length, stream.Position);
        float[] logit = new float[1], probability = new float[1];
        foreach (var (x, y) in ((float, float)[])[(1, 1), (-2, 0.5f), (0, 3)])
        {
            double[] hidden = [x + (2 * y) + 0.5, (3 * x) + (4 * y) - 0.5, (5 * x) + (6 * y)];
            double[] mean = [3, 7, 11], variance = [4, 1, 0.25], scale = [1, 2, -1], shift = [0, 1, 2], weight = [1, -1, 0.5];
            double expected = 0.25 + Enumerable.Range(0, 3).Sum(i => weight[i] * Math.Max(0, ((hidden[i] - mean[i]) / Math.Sqrt(variance[i] + 1e-5) * scale[i]) + shift[i]));
            network.ComputeOutputs([x, y], logit);
            network.Predict([x, y], probability);
            Assert.AreEqual(expected, logit[0], 1e-4);
            Assert.AreEqual(1 / (1 + Math.Exp(-expected)), probability[0], 1e-5);
        }

        CollectionAssert.AreEqual(new[] { "false", "true" }, network.ClassNames!.ToArray());
        Assert.IsEmpty(network.History);
    }

    [TestMethod]
    public void Numbers_of_other_widths_are_read()
    {
        // 16 bits hold these values exactly.
        float[] values = [1, -2.5f, 0.125f, 65504, -0f, float.PositiveInfinity, float.NegativeInfinity, 6.103515625e-05f];
        foreach (var (type, bytes) in ((string, Func<float, byte[]>)[])
        [
            ("F32", BitConverter.GetBytes),
            ("F64", value => BitConverter.GetBytes((double)value)),
            ("F16", value => BitConverter.GetBytes((Half)value)),
        ])
        {
            Bits.AreEqual(values, Load(type, [.. values.SelectMany(bytes)]), type);
        }

        // Rounded to nearest, as a cast is; and a bfloat16 is half a float.
        Assert.AreEqual((float)(1 / 3.0), Load("F64", [.. Enumerable.Repeat(BitConverter.GetBytes(1 / 3.0), 8).SelectMany(part => part)])[0]);
        Bits.AreEqual([1, -3.140625f, 0, 1, 1, 1, 1, 1], Load("BF16", [0x80, 0x3f, 0x49, 0xc0, 0, 0, 0x80, 0x3f, 0x80, 0x3f, 0x80, 0x3f, 0x80, 0x3f, 0x80, 0x3f]), "BF16");

        float[] Load(string type, byte[] content) =>
            LoadLinear(SafetensorsParts.Write([("weight", type, [1, 8], content)]), 8).Parameters.ToArray();
    }

    [TestMethod]
    public void More_numbers_than_are_read_at_once_are_read()
    {
        double[] values = [.. Enumerable.Range(0, 100_000).Select(i => i / 7.0)];
        byte[] file = SafetensorsParts.Write([("weight", "F64", [1, values.Length], MemoryMarshal.AsBytes<double>(values).ToArray())]);
        CollectionAssert.AreEqual(values.Select(value => (float)value).ToArray(), LoadLinear(file, values.Length).Parameters.ToArray());
    }

    [TestMethod]
    public void Names_may_have_a_prefix_or_be_others()
    {
        var renamed = StateDictionary.Select(tensor => (tensor.Name == "3.bias" ? "head_bias" : "model." + tensor.Name, tensor.Type, tensor.Shape, tensor.Content));
        var options = new SafetensorsOptions
        {
            Prefix = "model.",
            TensorNames = new Dictionary<string, string> { ["3.bias"] = "head_bias" },
            FeatureColumnName = "Inputs",
            FeatureNames = ["x", "y"],
            ClassNames = ["dead", "alive"],
        };
        var network = Load(SafetensorsParts.Write(renamed), options);
        CollectionAssert.AreEqual(Load(SafetensorsParts.Write(StateDictionary), null).Parameters.ToArray(), network.Parameters.ToArray());
        Assert.AreEqual("BinaryClassification from 2 features of the column 'Inputs': x, y\nClasses: dead, alive", network.ToString());

        options.TensorNames = new Dictionary<string, string> { ["4.bias"] = "head_bias" };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Load(SafetensorsParts.Write(renamed), options)).Message, "'4.bias', which is no tensor of the network", StringComparison.Ordinal);
        options = new SafetensorsOptions { ClassNames = ["a", "b", "c"] };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Load(SafetensorsParts.Write(StateDictionary), options)).Message, "3 class names for 2 classes", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Every_tensor_that_does_not_fit_is_named()
    {
        var tensors = StateDictionary.Where(tensor => tensor.Name is not ("0.weight" or "3.bias" or "1.bias" or "0.bias"))
            .Append(Single("3.bias", [1, 1], 1)).Append(Single("fc.bias", [1], 1)).Append(("0.bias", "I32", [3], new byte[12])).Append(Single("0.num_batches_tracked", [], 1)).ToArray();
        var exception = Assert.ThrowsExactly<FormatException>(() => Load(SafetensorsParts.Write(tensors), null));
        foreach (string part in new[]
        {
            "Missing: '0.weight' [3, 2], '1.bias' [3].",
            "Unexpected: 'fc.bias' (F32 [1]), '0.num_batches_tracked' (F32 []).",
            "Wrong: '0.bias' (I32 [3]) should be F32, F64, F16 or BF16, '3.bias' (F32 [1, 1]) should be [1].",
        })
        {
            StringAssert.Contains(exception.Message, part, StringComparison.Ordinal);
        }

        byte[] more = SafetensorsParts.Write([.. StateDictionary, Single("fc.bias", [1], 1), ("odd", "F4", [3], [1])]);
        Assert.ThrowsExactly<FormatException>(() => Load(more, null));
        Load(more, new SafetensorsOptions { AllowsUnexpected = true });
    }

    [TestMethod]
    public void Files_of_torch_save_are_refused_with_what_converts_them()
    {
        foreach (byte[] file in (byte[][])[[0x80, 2, .. new byte[40]], ZipParts.Write([("archive/data.pkl", [1])])])
        {
            string message = Assert.ThrowsExactly<FormatException>(() => Load(file, null)).Message;
            StringAssert.Contains(message, "    import torch, safetensors.torch\n    safetensors.torch.save_file(torch.load(", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void Without_our_description_the_layers_are_asked_for()
    {
        using var stream = new MemoryStream(SafetensorsParts.Write(StateDictionary));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TrainedNetwork.LoadSafetensors(stream)).Message, "the layers, the number of features and the task", StringComparison.Ordinal);

        string header = Encoding.UTF8.GetString(new NetworkHeader("1", new NetworkSignature(LearningTask.Regression), new NetworkLayout(Layer.Linear(1, bias: false), 1), TestNetworks.History()).ToJson().Span);
        Assert.AreEqual(1f, Described(header, "1").Parameters.Span[0]);
        foreach (var (text, version, message) in ((string, string, string)[])
        [
            (header, $"{NetworkFile.FormatVersion + 1}", "saved by a newer version"), (header, "0", "'densenet.version' is '0'"), (header, "one", "'densenet.version' is 'one'"),
            (header[..^1], "1", "not valid JSON"), (header.Replace("\"units\":1", "\"units\":2", StringComparison.Ordinal), "1", "declares 1 outputs"),
        ])
        {
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Described(text, version)).Message, message, StringComparison.Ordinal);
        }

        static TrainedNetwork Described(string text, string version)
        {
            using var stream = new MemoryStream(SafetensorsParts.Write([Single("weight", [1, 1], 1)], ("densenet.header", text), ("densenet.version", version)));
            return TrainedNetwork.LoadSafetensors(stream);
        }
    }

    [TestMethod]
    [DataRow("""{"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}""", "not valid JSON")]
    [DataRow("""[]""", "does not begin as JSON")]
    [DataRow(""" {"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}""", "does not begin as JSON")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}""", "names a tensor twice")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "begins at byte 0 where the one before ends at 4")]
    [DataRow("""{"weight":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "begins at byte 1 where the one before ends at 2")]
    [DataRow("""{"weight":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""", "begins at byte 3 where the one before ends at 1")]
    [DataRow("""{"weight":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""", "begins at byte 1 where the one before ends at 0")]
    [DataRow("""{"weight":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", "have 3 bytes, the file has 4")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}""", "have 8 bytes, the file has 4")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[1,2],"data_offsets":[0,4]}}""", "not those of its shape")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""", "not those of its shape")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,9223372036854775807,9223372036854775807],"data_offsets":[0,4]}}""", "not those of its shape")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[4,0]}}""", "goes from byte 4 to 0")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", "not just dtype, shape and data_offsets")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "not just dtype, shape and data_offsets")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", "not just dtype, shape and data_offsets")]
    [DataRow("""{"weight":{"dtype":4,"shape":[1],"data_offsets":[0,4]}}""", "not just dtype, shape and data_offsets")]
    [DataRow("""{"weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", "not just dtype, shape and data_offsets")]
    [DataRow("""{"weight":[[[[1]]]]}""", "not valid JSON")]
    [DataRow("""{"__metadata__":[1],"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}""", "'__metadata__' is not an object")]
    [DataRow("""{"__metadata__":{"a":1},"weight":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}""", "metadata 'a' is not a text")]
    [DataRow("""{"\ud800":{"dtype":"F32","shape":[1,1],"data_offsets":[0,4]}}""", "not valid JSON")]
    public void A_damaged_header_is_refused(string header, string message)
    {
        var exception = Assert.ThrowsExactly<FormatException>(() => LoadLinear(SafetensorsParts.Write(header, new byte[4]), 1));
        StringAssert.Contains(exception.Message, message, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Sizes_that_a_file_does_not_have_are_refused_before_memory_is_taken()
    {
        byte[] file = SafetensorsParts.Write(StateDictionary);
        foreach (ulong length in new[] { ulong.MaxValue, (ulong)long.MaxValue, 1UL << 31, (ulong)file.Length - 7, 0UL })
        {
            byte[] altered = [.. file];
            BinaryPrimitives.WriteUInt64LittleEndian(altered, length);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.ThrowsExactly<FormatException>(() => Load(altered, null));
            Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        // A header that is there, but longer than any network's.
        using var huge = new ZeroStream(BitConverter.GetBytes(1L << 40), 1L << 41);
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => TrainedNetwork.LoadSafetensors(huge)).Message, "at most 67,108,864 are accepted", StringComparison.Ordinal);

        string many = string.Join(',', Enumerable.Range(0, SafetensorsHeader.MaximumTensors + 1).Select(i => $"\"{i}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => LoadLinear(SafetensorsParts.Write($"{{{many}}}", []), 1)).Message, "more than 65,536 tensors", StringComparison.Ordinal);
        string tokens = string.Concat(Enumerable.Repeat("0,", 2_000_000));
        StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => LoadLinear(SafetensorsParts.Write($"{{\"a\":[{tokens}0]}}", []), 1)).Message, "tokens", StringComparison.Ordinal);
    }

    private static (string Name, string Type, int[] Shape, byte[] Content) Single(string name, int[] shape, params float[] values) =>
        (name, "F32", shape, [.. values.SelectMany(BitConverter.GetBytes)]);

    private static TrainedNetwork Load(byte[] file, SafetensorsOptions? options)
    {
        using var stream = new MemoryStream(file, writable: false);
        return TrainedNetwork.LoadSafetensors(stream, Network, 2, LearningTask.BinaryClassification, options);
    }

    private static TrainedNetwork LoadLinear(byte[] file, int inputs)
    {
        using var stream = new MemoryStream(file, writable: false);
        return TrainedNetwork.LoadSafetensors(stream, Layer.Linear(1, bias: false), inputs, LearningTask.Regression);
    }

    private static byte[] Save(TrainedNetwork network)
    {
        using var stream = new MemoryStream();
        network.SaveSafetensors(stream);
        return stream.ToArray();
    }

    /// <summary>A huge file of which only the beginning is anything.</summary>
    private sealed class ZeroStream(byte[] start, long length) : MemoryStream(start)
    {
        public override long Length => length;
    }
}
