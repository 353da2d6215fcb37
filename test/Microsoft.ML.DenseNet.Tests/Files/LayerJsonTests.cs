using System.Text;
using System.Text.Json;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class LayerJsonTests
{
    /// <summary>At least one layer of every kind, with settings that are not the defaults.</summary>
    private static readonly Layer[] Samples =
    [
        .. LayerSamples.All, Layer.Linear(Layer.MaximumUnits, bias: false),
        Layer.LeakyReLU(-0.2f), Layer.ELU(1.5f), Layer.Softplus(2f, 11f), Layer.HardTanh(-3f, 0.1f),
        Layer.LeakyReLU(float.Epsilon), Layer.LeakyReLU(float.MaxValue), Layer.LeakyReLU(-0f), Layer.LeakyReLU(1f / 3f),
        Layer.LayerNorm(1e-7f), new EnsembleLinearLayer(4, 5, false, MemberScaling.Normal), new EnsembleLinearLayer(256, 1, true, MemberScaling.RandomSigns),
        new MemberMeanLayer(7, MeanKind.ClassProbabilities), new MemberMeanLayer(1, MeanKind.Outputs),
    ];

    public static IEnumerable<object[]> SampleIndices => Samples.Select((_, i) => new object[] { i });

    [TestMethod]
    [DynamicData(nameof(SampleIndices))]
    public void A_layer_comes_back_equal(int sample)
    {
        var read = Read(Write(Samples[sample]));
        Assert.AreEqual(Samples[sample], read);
        Assert.AreEqual(Samples[sample].ToString(), read.ToString());
    }

    [TestMethod]
    public void The_structure_of_a_module_is_kept()
    {
        var layer = new ModuleLayer("mine", 3, new ModuleTensorList([]), "Sequential(0: Linear)");
        Assert.AreEqual(layer, Read(Write(layer)));
        Assert.AreNotEqual<Layer>(new ModuleLayer("mine", 3, new ModuleTensorList([])), Read(Write(layer)));
    }

    [TestMethod]
    public void The_sign_of_zero_is_kept()
    {
        var read = (ActivationLayer)Read(Write(Layer.LeakyReLU(-0f)));
        Assert.IsTrue(float.IsNegative(read.First));
    }

    [TestMethod]
    public void Every_kind_of_layer_has_a_format_and_a_sample()
    {
        var kinds = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract).ToHashSet();
        Assert.IsGreaterThan(10, kinds.Count);
        foreach (var kind in kinds)
        {
            var sample = Array.Find(Samples, layer => layer.GetType() == kind);
            Assert.IsNotNull(sample, $"Add a {kind.Name} to {nameof(LayerSamples)}.");
            Assert.IsTrue(LayerJson.Kinds.Contains(sample.Kind), $"Add {sample.Kind} to {nameof(LayerJson)}, and to docs/model-format.md.");
        }

        foreach (var function in Enum.GetValues<ActivationFunction>())
        {
            Assert.IsTrue(LayerJson.Kinds.Contains(function.ToString()), $"{function} has no format.");
            Assert.IsTrue(Samples.OfType<ActivationLayer>().Any(sample => sample.Function == function), $"Add a {function} to {nameof(LayerSamples)}.");
        }

        Assert.AreEqual(LayerJson.Kinds.Count, Samples.Select(sample => sample.Kind).Distinct().Count(), "A format belongs to no layer.");
    }

    [TestMethod]
    public void Every_kind_of_layer_is_documented()
    {
        string root = typeof(LayerJsonTests).Assembly.GetCustomAttributes(typeof(System.Reflection.AssemblyMetadataAttribute), false)
            .Cast<System.Reflection.AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;
        string document = File.ReadAllText(Path.Combine(root, "docs", "model-format.md"));
        foreach (var sample in Samples)
        {
            using var json = JsonDocument.Parse(Write(sample));
            string name = json.RootElement.GetProperty("type").GetString()!;
            string fields = string.Join(", ", json.RootElement.EnumerateObject().Skip(1).Select(field => $"`{field.Name}`"));
            string row = $"| `{name}` | {(fields.Length == 0 ? "none" : fields)} |";
            Assert.IsTrue(document.Contains($"\n{row}", StringComparison.Ordinal), $"docs/model-format.md has no row {row}");
        }
    }

    [TestMethod]
    public void The_deepest_network_is_written_and_read()
    {
        var layer = Layer.ReLU;
        for (int depth = 1; depth < Layer.MaximumDepth; depth++)
            layer = depth % 2 == 0 ? Layer.Residual(layer) : Layer.Sequential(layer);
        var network = new TrainedNetwork(new NetworkLayout(layer, 2), [], [], TestNetworks.History());
        using var stream = new MemoryStream();
        network.Save(stream);
        stream.Position = 0;
        Assert.AreEqual(layer, TrainedNetwork.Load(stream).Layout.Layer);
    }

    [TestMethod]
    [DataRow("""{}""", "'type'")]
    [DataRow("""[]""", "not a JSON object")]
    [DataRow("""{"type":1}""", "'type'")]
    [DataRow("""{"type":"Linear"}""", "'units'")]
    [DataRow("""{"type":"Linear","units":3}""", "'bias'")]
    [DataRow("""{"type":"Linear","units":3.5,"bias":true}""", "'units'")]
    [DataRow("""{"type":"Linear","units":99999999999,"bias":true}""", "'units'")]
    [DataRow("""{"type":"Linear","units":0,"bias":true}""", "units is 0")]
    [DataRow("""{"type":"Linear","units":16777217,"bias":true}""", "units is 16777217")]
    [DataRow("""{"type":"Linear","units":3,"bias":1}""", "'bias'")]
    [DataRow("""{"type":"Linear","units":3,"bias":true,"extra":0}""", "does not know")]
    [DataRow("""{"type":"linear","units":3,"bias":true}""", "'linear'")]
    [DataRow("""{"type":"ReLU","units":3}""", "does not know")]
    [DataRow("""{"type":"ELU","alpha":1e99}""", "'alpha'")]
    [DataRow("""{"type":"ELU","alpha":"NaN"}""", "'alpha'")]
    [DataRow("""{"type":"HardTanh","minimum":1,"maximum":1}""", "minimum is 1")]
    [DataRow("""{"type":"Softplus","beta":0,"threshold":1}""", "beta is 0")]
    [DataRow("""{"type":"Dropout","probability":1}""", "probability is 1")]
    [DataRow("""{"type":"Repeat","count":257}""", "count is 257")]
    [DataRow("""{"type":"EnsembleLinear","members":0,"units":1,"bias":true,"scaling":"Ones"}""", "members is 0")]
    [DataRow("""{"type":"EnsembleLinear","members":2,"units":1,"bias":true,"scaling":"None"}""", "'scaling'")]
    [DataRow("""{"type":"MemberMean","members":2,"mean":"Median"}""", "'mean'")]
    [DataRow("""{"type":"Sum","branches":[]}""", "at least one branch")]
    [DataRow("""{"type":"Sum","branches":{}}""", "'branches'")]
    [DataRow("""{"type":"Sum","branches":[null]}""", "not a JSON object")]
    [DataRow("""{"type":"Residual","body":null}""", "not a JSON object")]
    public void What_is_not_a_layer_is_refused(string json, string message)
    {
        var exception = Assert.ThrowsExactly<FormatException>(() => Read(json));
        StringAssert.Contains(exception.Message, message, StringComparison.Ordinal);
        StringAssert.Contains(exception.Message, "damaged", StringComparison.Ordinal);
    }

    private static string Write(Layer layer)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
            LayerJson.Write(layer, json);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static Layer Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return LayerJson.Read(document.RootElement);
    }
}
