using System.IO.Compression;
using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The network inside ML.NET's zip.</summary>
[TestClass]
public sealed class SavedModelTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void A_damaged_network_is_reported_at_the_root_of_the_exception(string task)
    {
        var exception = LoadAltered(task, "Model/Network", network =>
        {
            network[^100] ^= 1;
            return network;
        });
        Assert.IsInstanceOfType<FormatException>(exception);
        StringAssert.Contains(exception.Message, "The DenseNet model is damaged: its checksum does not match", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_network_of_a_newer_package_is_reported_as_such()
    {
        var exception = LoadAltered("Binary", "Model/Network", network =>
        {
            network[8] = (byte)(NetworkFile.FormatVersion + 1);
            return network;
        });
        StringAssert.Contains(exception.Message, "saved by a newer version", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_missing_network_is_reported()
    {
        var exception = LoadAltered("Binary", "Model/Network", _ => null);
        StringAssert.Contains(exception.Message, "'Network' is missing", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_network_of_another_task_is_reported()
    {
        byte[] network = ModelFileBuilder.Save(TestNetworks.Create(ScoringRow.Width, 3));
        var exception = LoadAltered("Regression", "Model/Network", _ => network);
        StringAssert.Contains(exception.Message, "needs a network of 1 output; this one has 3", StringComparison.Ordinal);
    }

    [TestMethod]
    public void A_network_of_another_width_is_reported_when_it_meets_the_schema()
    {
        byte[] network = ModelFileBuilder.Save(TestNetworks.Create(ScoringRow.Width + 1, 1));
        var exception = LoadAltered("Regression", "Model/Network", _ => network);
        StringAssert.Contains(exception.Message, "'Features': expected Vector<Single, 6>, got Vector<Single, 5>", StringComparison.Ordinal);
    }

    [TestMethod]
    public void The_assembly_is_named_without_its_version()
    {
        // With the version, ML.NET could not load a model of a newer package far enough to say so.
        byte[] model = Save("Binary");
        using var archive = new ZipArchive(new MemoryStream(model));
        foreach (string directory in new[] { "TransformerChain", "TransformerChain/Model" })
        {
            using var stream = archive.GetEntry($"{directory}/Model.key")!.Open();
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            string text = Encoding.Unicode.GetString(copy.ToArray());
            StringAssert.Contains(text, "Microsoft.ML.DenseNet", StringComparison.Ordinal);
            Assert.DoesNotContain("Version=", text, StringComparison.Ordinal);
        }
    }

    [TestMethod]
    public void A_saved_model_is_as_large_as_its_values()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(1000));
        var network = TestNetworks.Create(Layer.Sequential(Layer.Linear(1000), Layer.ReLU, Layer.Linear(1)), ScoringRow.Width);
        var transformer = new DenseNetRegressionTransformer(_ml, new DenseNetRegressionModelParameters(_ml, network), data.Schema, "Features");
        using var stream = new MemoryStream();
        _ml.Model.Save(transformer, data.Schema, stream);
        Assert.IsLessThan((4 * network.Layout.ParameterCount) + 8_000, stream.Length);
    }

    [TestMethod]
    public void A_model_loads_in_many_threads_at_once()
    {
        byte[] model = Save("Multiclass");
        Parallel.For(0, 16, _ =>
        {
            var ml = new MLContext();
            using var stream = new MemoryStream(model);
            var loaded = ml.Model.Load(stream, out var _);
            Assert.IsInstanceOfType<DenseNetMulticlassTransformer>(loaded);
        });
    }

    private Exception LoadAltered(string task, string entryName, Func<byte[], byte[]?> alter)
    {
        using var stream = new MemoryStream();
        stream.Write(Save(task));
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            var entry = archive.GetEntry($"TransformerChain/{entryName}")!;
            byte[] content = new byte[entry.Length];
            using (var reader = entry.Open())
                reader.ReadExactly(content);
            entry.Delete();
            if (alter(content) is { } altered)
            {
                using var writer = archive.CreateEntry($"TransformerChain/{entryName}").Open();
                writer.Write(altered);
            }
        }

        stream.Position = 0;
        return Assert.Throws<Exception>(() => new MLContext().Model.Load(stream, out _)).GetBaseException();
    }

    private byte[] Save(string task)
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(3));
        using var stream = new MemoryStream();
        _ml.Model.Save(TestTransformers.Create(_ml, task, data.Schema), data.Schema, stream);
        return stream.ToArray();
    }
}
