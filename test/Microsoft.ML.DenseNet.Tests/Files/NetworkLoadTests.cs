using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Networks out of ML.NET's zip and files of their own, without ML.NET.</summary>
[TestClass]
public sealed class NetworkLoadTests
{
    private const string NetworkEntry = "TransformerChain/Model/Network";

    private readonly MLContext _ml = new(seed: 1);
    private readonly ScoringRow[] _rows = ScoringRow.Create(20);

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void The_last_step_of_a_pipeline_predicts_what_the_pipeline_does(TaskCase task)
    {
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = task.Trainer(_ml, null).Fit(data);
        var inner = _ml.Transforms.CopyColumns("Copy", "Value").Append(_ml.Transforms.NormalizeMinMax("Scaled", "Features")).Fit(data);
        float[] expected = ScoredColumns.Predictions(task.NetworkOf(transformer).Task, transformer.Transform(data));
        foreach (var (model, steps) in new (ITransformer, string[])[]
        {
            (transformer, []),
            (inner.Append(transformer), ["CopyTransform", "Normalizer"]),
            (_ml.Transforms.CopyColumns("More", "Value").Fit(data).Append(inner.Append(transformer)), ["CopyTransform", "CopyTransform", "Normalizer"]),
        })
        {
            var network = Load(Save(model, data.Schema));
            CollectionAssert.AreEqual(steps, network.PrecedingTransforms.ToArray());
            CollectionAssert.AreEqual(task.NetworkOf(transformer).History.ToArray(), network.History.ToArray(), "with its seconds");
            float[] actual = new float[expected.Length];
            network.PredictBlock(_rows.SelectMany(row => row.Features).ToArray(), _rows.Length, actual);
            Bits.AreEqual(expected, actual, $"{task} after {steps.Length} steps");
        }
    }

    [TestMethod]
    public void A_model_saved_with_its_loader_is_found()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["rows.csv"], "1,2,3,4,5,1\n2,3,4,5,6,0\n");
        var loader = _ml.Data.CreateTextLoader([new("Features", Data.DataKind.Single, 0, 4), new("Label", Data.DataKind.Boolean, 5)], ',');
        var data = loader.Load(folder["rows.csv"]);
        var model = _ml.BinaryClassification.Trainers.DenseNet(hiddenUnits: [], numberOfEpochs: 1).Fit(data);
        _ml.Model.Save(model, loader, folder["model.zip"]);
        CollectionAssert.AreEqual(model.Model.Network.Parameters.ToArray(), TrainedNetwork.Load(folder["model.zip"]).Parameters.ToArray());
    }

    [TestMethod]
    public void Folders_of_Windows_are_found()
    {
        var parts = ZipParts.Read(Save("Binary"));
        Load(ZipParts.Write(parts.Select(part => (part.Name.Replace('/', '\\'), part.Content))));
    }

    [TestMethod]
    public void A_network_is_saved_alone_and_loads_from_path_and_stream()
    {
        using var folder = new TemporaryFolder();
        var network = TestNetworks.Create(3, 2).With(TestNetworks.Named);
        network.Save(folder["a.densenet"]);
        TestNetworks.Create(2, 1).Save(folder["b.densenet"]);
        network.Save(folder["b.densenet"]);
        CollectionAssert.AreEqual(new[] { "a.densenet", "b.densenet" }, folder.Files);
        CollectionAssert.AreEqual(ModelFileBuilder.Save(network), File.ReadAllBytes(folder["b.densenet"]));
        CollectionAssert.AreEqual(network.ClassNames!.ToArray(), TrainedNetwork.Load(folder["a.densenet"]).ClassNames!.ToArray());
        using var stream = File.OpenRead(folder["a.densenet"]);
        CollectionAssert.AreEqual(network.Parameters.ToArray(), TrainedNetwork.Load(stream).Parameters.ToArray());
        Assert.IsTrue(stream.CanRead, "the stream stays open");

        Assert.Throws<IOException>(() => network.Save(folder["missing/a.densenet"]));
        Assert.ThrowsExactly<FileNotFoundException>(() => TrainedNetwork.Load(folder["missing"]));
    }

    [TestMethod]
    public void Another_last_step_is_named()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var after = TestTransformers.Multiclass(_ml, data.Schema).Append(_ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(TestTransformers.Multiclass(_ml, data.Schema).Transform(data)));
        Refused(Save(after, data.Schema), "last step is 'KeyToValueTransform', not the DenseNet model, which is step 1 of 2");
        Refused(Save(_ml.Transforms.CopyColumns("Copy", "Value").Fit(data), data.Schema), "holds no DenseNet model; its last step is 'CopyTransform'");
    }

    [TestMethod]
    public void Other_files_are_named()
    {
        Refused(ZipParts.Write([("word/document.xml", [1])]), "not of mlContext.Model.Save");
        Refused(ZipParts.Write([("model/data.pkl", [1]), ("model/version", [1])]), "safetensors.torch.save_file(torch.load(");
        Refused([0x80, 2, 0x8a, 10, .. new byte[20]], "import torch, safetensors.torch");
        Refused(SafetensorsParts.Write([("weight", "F32", [1], [0, 0, 0, 0])]), "TrainedNetwork.LoadSafetensors");
        Refused("Hello, world. This is a text of some length, not a model at all."u8.ToArray(), "does not begin as one");
        Refused([], "ends after 0 bytes");
    }

    [TestMethod]
    public void Streams_that_cannot_be_read_are_refused()
    {
        byte[] zip = Save("Binary");
        using var late = new MemoryStream([0, .. zip]) { Position = 1 };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TrainedNetwork.Load(late)).Message, "begins at byte 1", StringComparison.Ordinal);
        using var unseekable = new DeflateStream(new MemoryStream(zip), CompressionMode.Decompress);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TrainedNetwork.Load(unseekable)).Message, "seekable", StringComparison.Ordinal);
        using var stream = new MemoryStream(zip);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TrainedNetwork.Load(stream, 0));
    }

    [TestMethod]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void What_is_wrong_in_a_zip_is_named(string task)
    {
        var parts = ZipParts.Read(Save(task));
        Refused(Altered(parts, NetworkEntry, null), "'Network' is missing");
        Refused(Altered(parts, NetworkEntry, content => content[^100] ^= 1), "checksum does not match");
        Refused(Altered(parts, NetworkEntry, content => content[8] = NetworkFile.FormatVersion + 1), "saved by a newer version");
        Refused(Altered(parts, "TransformerChain/Model.key", content => content[0x4C]++), "saved by a newer version");
        Refused(Altered(parts, "TransformerChain/Model.key", content => content[0]++), "does not begin as ML.NET's");
        Refused(Altered(parts, "TransformerChain/Model/Times", content => content[0]++, cut: 1), "bytes of times");
        Refused(ZipParts.Write([.. parts, (NetworkEntry, [1])]), "two entries of the name");

        byte[] network = ModelFileBuilder.Save(TestNetworks.Create(5, 3).With(new NetworkSignature(LearningTask.MulticlassClassification)));
        byte[] other = ModelFileBuilder.Save(TestNetworks.Create(5, 1));
        Refused(ZipParts.Write(parts.Select(part => part.Name == NetworkEntry ? (part.Name, task == "Multiclass" ? other : network) : part)), "its network is one of");
    }

    [TestMethod]
    public void A_chain_that_lies_about_its_steps_is_refused()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var parts = ZipParts.Read(Save(_ml.Transforms.CopyColumns("Copy", "Value").Fit(data).Append(TestTransformers.Regression(_ml, data.Schema)), data.Schema));
        foreach (int steps in new[] { 0, -1, 3, 10_001, int.MaxValue })
        {
            byte[] zip = Altered(parts, "TransformerChain/Model.key", content => BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(256), steps));
            Refused(zip, steps == 3 ? "'TransformerChain/Transform_002/Model.key' is missing" : "steps, 1 levels deep");
        }

        // Chains in chains, without an end.
        byte[] chain = [.. parts.Single(part => part.Name == "TransformerChain/Model.key").Content];
        BinaryPrimitives.WriteInt32LittleEndian(chain.AsSpan(256), 1);
        var nested = Enumerable.Range(0, 100).Select(depth => ($"TransformerChain{string.Concat(Enumerable.Repeat("/Transform_000", depth))}/Model.key", chain));
        Refused(ZipParts.Write(nested), "65 levels deep");
    }

    [TestMethod]
    public void What_a_zip_unpacks_to_is_bounded()
    {
        var network = TestNetworks.Create(Layer.Linear(1), 1 << 20);
        var parts = ZipParts.Read(Save("Regression"));
        byte[] zeros = ModelFileBuilder.Save(new TrainedNetwork(network.Layout, new float[network.Layout.ParameterCount], [], network.History));
        byte[] bomb = ZipParts.Write(parts.Select(part => part.Name == NetworkEntry ? (part.Name, zeros) : part));
        Assert.IsLessThan(100_000, bomb.Length);
        using (var stream = new MemoryStream(bomb))
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            var exception = Assert.ThrowsExactly<FormatException>(() => TrainedNetwork.Load(stream, maximumBytes: 1 << 20));
            StringAssert.Contains(exception.Message, "larger maximumBytes", StringComparison.Ordinal);
            Assert.IsLessThan(1 << 20, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.AreEqual(network.Layout.ParameterCount, Load(bomb).Parameters.Length, "it is a network all the same");
    }

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    public void Altered_zips_load_or_are_refused()
    {
        var data = TestTransformers.Data(_ml, _rows);
        byte[] zip = Save(_ml.Transforms.CopyColumns("Copy", "Value").Fit(data).Append(TestTransformers.Multiclass(_ml, data.Schema)), data.Schema);
        var random = new Random(1);
        int loaded = 0;
        for (int round = 0; round < FuzzRounds.Of(5_000); round++)
        {
            byte[] altered = [.. zip];
            for (int i = random.Next(1, 4); i > 0; i--)
            {
                // The directory lies at the end.
                int place = random.Next(2) == 0 ? random.Next(zip.Length) : zip.Length - 1 - random.Next(1_000);
                altered[place] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => byte.MaxValue, _ => (byte)(altered[place] ^ (1 << random.Next(8))) };
            }

            if (random.Next(10) == 0)
                altered = altered[..random.Next(zip.Length)];
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            try
            {
                Load(altered);
                loaded++;
            }
            catch (FormatException)
            {
            }

            Assert.IsLessThan(4 << 20, GC.GetAllocatedBytesForCurrentThread() - before, $"round {round}");
            Assert.IsLessThan(5.0, Stopwatch.GetElapsedTime(start).TotalSeconds, $"round {round}");
        }

        Assert.IsGreaterThan(100, loaded, "Most of a zip is not ours.");
        Assert.IsLessThan(4_900, loaded);
    }

    private static byte[] Altered(List<(string Name, byte[] Content)> parts, string name, Action<byte[]>? alter, int cut = 0)
    {
        Assert.Contains(name, parts.Select(part => part.Name));
        return ZipParts.Write(parts.Where(part => part.Name != name || alter is not null).Select(part =>
        {
            if (part.Name != name)
                return part;
            byte[] content = [.. part.Content];
            alter!(content);
            return (name, content[..^cut]);
        }));
    }

    private static void Refused(byte[] file, string message)
    {
        var exception = Assert.ThrowsExactly<FormatException>(() => Load(file), message);
        StringAssert.Contains(exception.Message, message, StringComparison.Ordinal);
    }

    private static TrainedNetwork Load(byte[] file)
    {
        using var stream = new MemoryStream(file, writable: false);
        return TrainedNetwork.Load(stream);
    }

    private byte[] Save(string task)
    {
        var data = TestTransformers.Data(_ml, _rows);
        return Save(TestTransformers.Create(_ml, task, data.Schema), data.Schema);
    }

    private byte[] Save(ITransformer transformer, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(transformer, schema, stream);
        return stream.ToArray();
    }
}
