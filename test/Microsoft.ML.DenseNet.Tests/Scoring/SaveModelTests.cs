using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Model files that are whole at any moment, whenever the process that writes them is killed.</summary>
[TestClass]
public sealed class SaveModelTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void APipelineComesBackAsMLNetSavesIt()
    {
        using var folder = new TemporaryFolder();
        var data = TestTransformers.Data(_ml, ScoringRow.Create(20));
        var pipeline = _ml.Transforms.CopyColumns("Copy", "Features").Fit(data).Append(TestTransformers.Binary(_ml, data.Schema));
        _ml.Model.SaveModel(pipeline, data.Schema, folder["ours.zip"]);
        _ml.Model.Save(pipeline, data.Schema, folder["theirs.zip"]);
        var ours = _ml.Model.Load(folder["ours.zip"], out var schema);
        var theirs = _ml.Model.Load(folder["theirs.zip"], out var expectedSchema);
        CollectionAssert.AreEqual(expectedSchema.Select(column => $"{column}").ToArray(), schema.Select(column => $"{column}").ToArray());
        CollectionAssert.AreEqual(theirs.Transform(data).GetColumn<float>("Score").ToArray(), ours.Transform(data).GetColumn<float>("Score").ToArray());

        _ml.Model.SaveModel(pipeline, inputSchema: null, folder["ours.zip"]);
        _ml.Model.Load(folder["ours.zip"], out schema);
        Assert.IsNull(schema);
        CollectionAssert.AreEqual(new[] { "ours.zip", "theirs.zip" }, folder.Files);
    }

    [TestMethod]
    public void MissingArgumentsAreNamed()
    {
        var model = TestTransformers.Binary(_ml, TestTransformers.Data(_ml, ScoringRow.Create(1)).Schema);
        Assert.AreEqual("catalog", Assert.ThrowsExactly<ArgumentNullException>(() => ((ModelOperationsCatalog)null!).SaveModel(model, null, "x")).ParamName);
        Assert.AreEqual("model", Assert.ThrowsExactly<ArgumentNullException>(() => _ml.Model.SaveModel(null!, null, "x")).ParamName);
        Assert.AreEqual("filePath", Assert.ThrowsExactly<ArgumentException>(() => _ml.Model.SaveModel(model, null, "")).ParamName);
    }

    [TestMethod]
    [DataRow("zip", 12)]
    [DataRow("onnx", 6)]
    public async Task AKilledWriterLeavesAWholeFile(string form, int kills)
    {
        using var folder = new TemporaryFolder();
        using var sources = new TemporaryFolder();
        DenseNetRegressionTransformer[] models = [Large(1), Large(2)];
        for (int i = 0; i < models.Length; i++)
            _ml.Model.SaveModel(models[i], null, sources[$"{i}.zip"]);
        string target = folder["target"];
        var random = new Random(7);
        int leftovers = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            using var process = HostProcess.Start([form, sources["0.zip"], sources["1.zip"], target]);
            Assert.AreEqual("writing", await process.StandardOutput.ReadLineAsync());
            await Task.Delay(random.Next(1, 80));
            process.Kill();
            await process.WaitForExitAsync();
            string[] others = [.. folder.Files.Where(name => name != "target")];
            Assert.IsLessThanOrEqualTo(1, others.Length, string.Join(", ", others));
            leftovers += others.Length;
            if (File.Exists(target))
                Assert.IsTrue(models.Any(model => IsIn(target, form, model)), $"kill {kill}");
        }

        Assert.AreNotEqual(0, leftovers, "no process was killed while it was writing");
        _ml.Model.SaveModel(models[0], null, target);
        CollectionAssert.AreEqual(new[] { "target" }, folder.Files);
    }

    /// <summary>A model whose file takes a while to write.</summary>
    private DenseNetRegressionTransformer Large(int seed)
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(400), Layer.ReLU, Layer.Linear(400), Layer.Linear(1)), ScoringRow.Width);
        var random = new Random(seed);
        float[] parameters = [.. Enumerable.Range(0, layout.ParameterCount).Select(_ => random.NextSingle())];
        var network = new TrainedNetwork(layout, parameters, [], new TrainingHistory([], 0, StopReason.Completed));
        return new DenseNetRegressionTransformer(_ml, new DenseNetRegressionModelParameters(_ml, network), TestTransformers.Data(_ml, ScoringRow.Create(1)).Schema, "Features");
    }

    private bool IsIn(string path, string form, DenseNetRegressionTransformer model)
    {
        if (form == "zip")
            return ((DenseNetRegressionTransformer)_ml.Model.Load(path, out _)).Model.Network.Parameters.Span.SequenceEqual(model.Model.Network.Parameters.Span);
        using var stream = new MemoryStream();
        model.SaveAsOnnx(stream);
        return File.ReadAllBytes(path).AsSpan().SequenceEqual(stream.ToArray());
    }
}
