using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Models as files, per task, against what ML.NET's scorer makes of them.</summary>
[TestClass]
public sealed class SaveAsOnnxTests
{
    private const float Precision = 1e-5f;

    private readonly MLContext _ml = new(seed: 1);
    private readonly ScoringRow[] _rows = ScoringRow.Create(50);
    private string _folder = "";

    [TestInitialize]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("densenet-onnx-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void A_binary_model_gives_score_probability_and_label()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = TestTransformers.Binary(_ml, data.Schema);
        var expected = _ml.Data.CreateEnumerable<BinaryPrediction>(transformer.Transform(data), false).ToArray();
        using var run = new OnnxRun(ToArray(transformer.SaveAsOnnx));

        CollectionAssert.AreEqual(new[] { "Features" }, run.Inputs.Keys.ToArray());
        AreClose([.. expected.Select(row => row.Score)], run.Run<float>("Score", Features, _rows.Length));
        AreClose([.. expected.Select(row => row.Probability)], run.Run<float>("Probability", Features, _rows.Length));
        bool[] labels = run.Run<bool>("PredictedLabel", Features, _rows.Length);
        CollectionAssert.AreEqual(expected.Select(row => row.PredictedLabel).ToArray(), labels);
        CollectionAssert.Contains(labels, true);
        CollectionAssert.Contains(labels, false);
        CollectionAssert.AreEqual(new[] { "Score", "Probability", "PredictedLabel" }, run.Outputs.Keys.ToArray());
        Assert.IsTrue(run.Outputs.Values.All(output => output.Dimensions.SequenceEqual([-1, 1])));
    }

    [TestMethod]
    public void A_multiclass_model_gives_probabilities_and_the_key()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = TestTransformers.Multiclass(_ml, data.Schema);
        var expected = _ml.Data.CreateEnumerable<MulticlassPrediction>(transformer.Transform(data), false).ToArray();
        using var run = new OnnxRun(ToArray(transformer.SaveAsOnnx));

        AreClose([.. expected.SelectMany(row => row.Score)], run.Run<float>("Score", Features, _rows.Length));
        uint[] labels = run.Run<uint>("PredictedLabel", Features, _rows.Length);
        CollectionAssert.AreEqual(expected.Select(row => row.PredictedLabel).ToArray(), labels);
        Assert.IsGreaterThan(1, labels.Distinct().Count());
        CollectionAssert.AreEqual(new[] { "Score", "PredictedLabel" }, run.Outputs.Keys.ToArray());
        CollectionAssert.AreEqual(new[] { -1, 3 }, run.Outputs["Score"].Dimensions);
        CollectionAssert.AreEqual(new[] { -1, 1 }, run.Outputs["PredictedLabel"].Dimensions);
    }

    [TestMethod]
    public void Large_logits_do_not_overflow_the_softmax()
    {
        var layout = new NetworkLayout(Layer.Linear(3), 1);
        var network = new TrainedNetwork(layout, [100f, 200f, -100f, 0f, 0f, 0f], [], TestNetworks.History());
        using var run = new OnnxRun(OnnxModels.Export(network, PredictionKind.MulticlassClassification));
        CollectionAssert.AreEqual(new float[] { 0, 1, 0 }, run.Run<float>("Score", [10f], 1));
        CollectionAssert.AreEqual(new uint[] { 2 }, run.Run<uint>("PredictedLabel", [10f], 1));
    }

    [TestMethod]
    public void A_regression_model_gives_the_score()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = TestTransformers.Regression(_ml, data.Schema);
        var expected = _ml.Data.CreateEnumerable<RegressionPrediction>(transformer.Transform(data), false).ToArray();
        using var run = new OnnxRun(ToArray(transformer.SaveAsOnnx));

        AreClose([.. expected.Select(row => row.Score)], run.Run<float>("Score", Features, _rows.Length));
        CollectionAssert.AreEqual(new[] { "Score" }, run.Outputs.Keys.ToArray());
    }

    [TestMethod]
    public void Models_save_what_their_transformers_save()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var binary = TestTransformers.Binary(_ml, data.Schema);
        var multiclass = TestTransformers.Multiclass(_ml, data.Schema);
        var regression = TestTransformers.Regression(_ml, data.Schema);
        CollectionAssert.AreEqual(ToArray(binary.SaveAsOnnx), ToArray(binary.Model.SaveAsOnnx));
        CollectionAssert.AreEqual(ToArray(multiclass.SaveAsOnnx), ToArray(multiclass.Model.SaveAsOnnx));
        CollectionAssert.AreEqual(ToArray(regression.SaveAsOnnx), ToArray(regression.Model.SaveAsOnnx));

        string path = Path.Combine(_folder, "model.onnx");
        regression.Model.SaveAsOnnx(path);
        CollectionAssert.AreEqual(ToArray(regression.SaveAsOnnx), File.ReadAllBytes(path));
    }

    [TestMethod]
    public void ML_NETs_own_ONNX_transformer_scores_the_file()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var binary = TestTransformers.Binary(_ml, data.Schema);
        var multiclass = TestTransformers.Multiclass(_ml, data.Schema);

        var scored = Apply(binary.SaveAsOnnx);
        var expected = binary.Transform(data);
        AreClose([.. expected.GetColumn<float>("Score")], [.. scored.GetColumn<float[]>("Score").Select(values => values.Single())]);
        AreClose([.. expected.GetColumn<float>("Probability")], [.. scored.GetColumn<float[]>("Probability").Select(values => values.Single())]);
        CollectionAssert.AreEqual(
            expected.GetColumn<bool>("PredictedLabel").ToArray(), scored.GetColumn<bool[]>("PredictedLabel").Select(values => values.Single()).ToArray());

        scored = Apply(multiclass.SaveAsOnnx);
        expected = multiclass.Transform(data);
        AreClose([.. expected.GetColumn<float[]>("Score").SelectMany(values => values)], [.. scored.GetColumn<float[]>("Score").SelectMany(values => values)]);
        CollectionAssert.AreEqual(
            expected.GetColumn<uint>("PredictedLabel").ToArray(), scored.GetColumn<uint[]>("PredictedLabel").Select(values => values.Single()).ToArray());

        IDataView Apply(Action<string> save)
        {
            string path = Path.Combine(_folder, "model.onnx");
            save(path);
            return _ml.Transforms.ApplyOnnxModel(path).Fit(data).Transform(data);
        }
    }

    [TestMethod]
    public void A_file_takes_the_place_of_an_older_one()
    {
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllBytes(path, new byte[1 << 20]);
        var transformer = TestTransformers.Regression(_ml, TestTransformers.Data(_ml, _rows).Schema);
        transformer.SaveAsOnnx(path);
        CollectionAssert.AreEqual(ToArray(transformer.SaveAsOnnx), File.ReadAllBytes(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void A_failure_leaves_an_older_file_as_it_was()
    {
        string path = Path.Combine(_folder, "model.onnx");
        File.WriteAllText(path, "older");
        var failing = new ProtobufMessage().Add(1, "written").Add(2, 10, () => throw new IOException("The disk is full."));

        Assert.ThrowsExactly<IOException>(() => OnnxExport.Save(failing, path));

        Assert.AreEqual("older", File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(_folder));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_symbolic_link_stays_one()
    {
        string path = Path.Combine(_folder, "model.onnx"), link = Path.Combine(_folder, "link.onnx"), far = Path.Combine(_folder, "far.onnx");
        File.WriteAllText(path, "older");
        File.CreateSymbolicLink(link, path);
        File.CreateSymbolicLink(far, "link.onnx");
        var transformer = TestTransformers.Regression(_ml, TestTransformers.Data(_ml, _rows).Schema);

        transformer.SaveAsOnnx(far);

        Assert.AreEqual(path, new FileInfo(link).LinkTarget);
        Assert.AreEqual("link.onnx", new FileInfo(far).LinkTarget);
        CollectionAssert.AreEqual(ToArray(transformer.SaveAsOnnx), File.ReadAllBytes(path));
        Assert.HasCount(3, Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void A_folder_is_not_replaced_by_a_file()
    {
        string path = Path.Combine(_folder, "model.onnx");
        Directory.CreateDirectory(path);
        var transformer = TestTransformers.Regression(_ml, TestTransformers.Data(_ml, _rows).Schema);
        try
        {
            transformer.SaveAsOnnx(path);
            Assert.Fail("The folder was replaced.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        Assert.IsTrue(Directory.Exists(path));
        Assert.IsEmpty(Directory.GetFiles(_folder));
    }

    [TestMethod]
    public void A_stream_is_written_from_its_position_and_stays_open()
    {
        var transformer = TestTransformers.Regression(_ml, TestTransformers.Data(_ml, _rows).Schema);
        using var stream = new MemoryStream();
        stream.Write([1, 2, 3]);
        transformer.SaveAsOnnx(stream);
        Assert.IsTrue(stream.CanWrite);
        CollectionAssert.AreEqual(ToArray(transformer.SaveAsOnnx), stream.ToArray()[3..]);
    }

    [TestMethod]
    public void Missing_arguments_are_named()
    {
        var transformer = TestTransformers.Regression(_ml, TestTransformers.Data(_ml, _rows).Schema);
        Assert.AreEqual("path", Assert.ThrowsExactly<ArgumentNullException>(() => transformer.SaveAsOnnx((string)null!)).ParamName);
        Assert.AreEqual("path", Assert.ThrowsExactly<ArgumentException>(() => transformer.Model.SaveAsOnnx("")).ParamName);
        Assert.AreEqual("stream", Assert.ThrowsExactly<ArgumentNullException>(() => transformer.SaveAsOnnx((Stream)null!)).ParamName);
        Assert.AreEqual("transformer", Assert.ThrowsExactly<ArgumentNullException>(() => ((DenseNetRegressionTransformer)null!).SaveAsOnnx("x")).ParamName);
        Assert.AreEqual("model", Assert.ThrowsExactly<ArgumentNullException>(() => ((DenseNetRegressionModelParameters)null!).SaveAsOnnx("x")).ParamName);
        string folder = Path.Combine(_folder, "missing");
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => transformer.SaveAsOnnx(Path.Combine(folder, "model.onnx")));
    }

    private float[] Features => [.. _rows.SelectMany(row => row.Features)];

    private static byte[] ToArray(Action<Stream> save)
    {
        using var stream = new MemoryStream();
        save(stream);
        return stream.ToArray();
    }

    private static void AreClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], Precision * Math.Max(1, Math.Abs(expected[i])), $"Value {i}");
    }
}
