using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Our part of ML.NET's own exporter, <c>mlContext.Model.ConvertToOnnx</c>, which converts whole pipelines.</summary>
[TestClass]
public sealed class ConvertToOnnxTests
{
    private const float Precision = 1e-5f;

    private readonly MLContext _ml = new(seed: 1);
    private readonly ScoringRow[] _rows = ScoringRow.Create(50);

    public static IEnumerable<object[]> Cases =>
        from task in TestTransformers.Tasks
        from opset in new[] { OnnxCompiler.MinimumOpset, 12 }
        select new[] { task[0], opset };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ML_NET_converts_a_pipeline(string task, int opset)
    {
        var input = _ml.Data.LoadFromEnumerable(_rows.Select(row => new FeaturesRow { Features = row.Features }));
        var scaling = _ml.Transforms.NormalizeMinMax("Features").Fit(input);
        var model = new TransformerChain<ITransformer>(scaling, TestTransformers.Create(_ml, task, TestTransformers.Data(_ml, _rows).Schema));

        using var stream = new MemoryStream();
        _ml.Model.ConvertToOnnx(model, input, opset, stream);

        using var run = new OnnxRun(stream.ToArray());
        foreach (string name in Outputs(task))
            Assert.Contains($"{name}.output", run.Outputs.Keys);
        SameScores(run, task, model.Transform(input));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_pipeline_becomes_one_graph(string task, int opset)
    {
        var input = _ml.Data.LoadFromEnumerable(_rows.Select(row => new FeaturesRow { Features = row.Features }));
        var concatenation = _ml.Transforms.Concatenate("Features", "Features").Fit(input);
        var model = new TransformerChain<ITransformer>(concatenation, TestTransformers.Create(_ml, task, TestTransformers.Data(_ml, _rows).Schema));
        string[] outputs = Outputs(task);

        byte[]? file = new TestOnnxContext(opset).Convert(model, input, outputs);

        Assert.IsNotNull(file);
        using var run = new OnnxRun(file);
        CollectionAssert.AreEqual(outputs.Select(name => $"{name}.output").ToArray(), run.Outputs.Keys.ToArray());
        SameScores(run, task, model.Transform(input));
    }

    [TestMethod]
    public void Every_layer_goes_through_ML_NETs_context()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            var network = RandomNetworks.Next(random);
            float[] row = network.NextRow(random);
            var layout = new NetworkLayout(Layer.Sequential(network.Layout.Layer, Layer.Linear(1)), row.Length);
            float[] parameters = [.. network.Parameters, .. Enumerable.Repeat(0.1f, layout.ParameterCount - network.Parameters.Length)];
            var trained = new TrainedNetwork(layout, parameters, network.Buffers, TestNetworks.History());
            var schema = SchemaDefinition.Create(typeof(FeaturesRow));
            schema[nameof(FeaturesRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, row.Length);
            var input = _ml.Data.LoadFromEnumerable([new FeaturesRow { Features = row }], schema);
            var transformer = new DenseNetRegressionTransformer(_ml, new DenseNetRegressionModelParameters(_ml, trained), input.Schema, nameof(FeaturesRow.Features));

            float direct = OnnxRunOf(OnnxModels.Export(layout, parameters, network.Buffers), row).Single();
            using var run = new OnnxRun(new TestOnnxContext(12).Convert(transformer, input, "Score")!);
            Assert.AreEqual(direct, run.Run<float>("Score.output", row, 1).Single(), 1e-6 * Math.Max(1, Math.Abs(direct)), $"Seed {seed}: {network}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void Category_columns_become_blocks(TaskCase task)
    {
        // From text: the keys are made in the file, too. The last rows have cities that are not among the keys.
        var rows = KeyColumnRow.Create(260);
        var input = _ml.Data.LoadFromEnumerable(rows.Select(row => new CategoryInput { Features = row.Features, CityName = row.CityName, TagNames = row.TagNames }));
        var keys = _ml.Transforms.Conversion.MapValueToKey("City", "CityName").Append(_ml.Transforms.Conversion.MapValueToKey("Tags", "TagNames")).Fit(_ml.Data.TakeRows(input, 100));
        Assert.Contains(0u, keys.Transform(input).GetColumn<uint>("City"));
        var trained = task.Trainer(_ml, options => options.CategoryColumnNames = ["City", "Tags"]).Fit(KeyColumnRow.View(_ml, rows));
        var model = new TransformerChain<ITransformer>(keys, trained);
        using var stream = new MemoryStream();
        _ml.Model.ConvertToOnnx(model, input, 12, stream);

        using var session = new InferenceSession(stream.ToArray());
        using var results = session.Run(
        [
            NamedOnnxValue.CreateFromTensor("Features", new DenseTensor<float>(rows.SelectMany(row => row.Features).ToArray(), [rows.Length, KeyColumnRow.Width])),
            NamedOnnxValue.CreateFromTensor("CityName", new DenseTensor<string>(rows.Select(row => row.CityName).ToArray(), [rows.Length, 1])),
            NamedOnnxValue.CreateFromTensor("TagNames", new DenseTensor<string>(rows.SelectMany(row => row.TagNames).ToArray(), [rows.Length, KeyColumnRow.Tags])),
        ], ["Score.output"]);
        var scored = model.Transform(input);
        float[] expected = task == TaskCase.Multiclass ? [.. scored.GetColumn<float[]>("Score").SelectMany(values => values)] : [.. scored.GetColumn<float>("Score")];
        AreClose(expected, [.. results[0].AsTensor<float>()]);
    }

    [TestMethod]
    public void An_older_opset_is_refused()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var input = _ml.Data.LoadFromEnumerable(_rows.Select(row => new FeaturesRow { Features = row.Features }));
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => new TestOnnxContext(OnnxCompiler.MinimumOpset - 1).Convert(TestTransformers.Regression(_ml, data.Schema), input, "Score"));
        StringAssert.Contains(error.Message, "Microsoft.ML.DenseNet needs opset 11");
    }

    [TestMethod]
    public void A_module_of_the_users_own_cannot_be_saved()
    {
        DenseNetModules.Register(nameof(ConvertToOnnxTests), inputs => nn.Linear(inputs, 1));
        var tensors = new ModuleTensorList([new ModuleTensor("weight", [1, ScoringRow.Width], true), new ModuleTensor("bias", [1], true)]);
        var layer = Layer.Sequential(Layer.Standardize, new ModuleLayer(nameof(ConvertToOnnxTests), 1, tensors));
        var network = TestNetworks.Create(layer, ScoringRow.Width);
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = new DenseNetRegressionTransformer(_ml, new DenseNetRegressionModelParameters(_ml, network), data.Schema, nameof(ScoringRow.Features));

        var input = _ml.Data.LoadFromEnumerable(_rows.Select(row => new FeaturesRow { Features = row.Features }));
        Assert.IsNull(new TestOnnxContext(12).Convert(transformer, input, "Score"));

        using var stream = new MemoryStream();
        var error = Assert.ThrowsExactly<NotSupportedException>(() => transformer.SaveAsOnnx(stream));
        StringAssert.Contains(error.Message, "Layer '1' (Module(ConvertToOnnxTests)) is a torch module of your own");
        Assert.AreEqual(0, stream.Length);
    }

    private static string[] Outputs(string task) => task switch
    {
        "Binary" => ["Score", "Probability", "PredictedLabel"],
        "Multiclass" => ["Score", "PredictedLabel"],
        _ => ["Score"],
    };

    private void SameScores(OnnxRun run, string task, IDataView expected)
    {
        float[] expectedScore = task == "Multiclass"
            ? [.. expected.GetColumn<float[]>("Score").SelectMany(values => values)]
            : [.. expected.GetColumn<float>("Score")];
        AreClose(expectedScore, Run<float>("Score"));
        switch (task)
        {
            case "Binary":
                AreClose([.. expected.GetColumn<float>("Probability")], Run<float>("Probability"));
                CollectionAssert.AreEqual(expected.GetColumn<bool>("PredictedLabel").ToArray(), Run<bool>("PredictedLabel"));
                break;

            case "Multiclass":
                CollectionAssert.AreEqual(expected.GetColumn<uint>("PredictedLabel").ToArray(), Run<uint>("PredictedLabel"));
                break;
        }

        T[] Run<T>(string column) => run.Run<T>($"{column}.output", [.. _rows.SelectMany(row => row.Features)], _rows.Length);
    }

    private static float[] OnnxRunOf(byte[] file, float[] row)
    {
        using var run = new OnnxRun(file);
        return run.Run<float>("Score", row, 1);
    }

    private static void AreClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], Precision * Math.Max(1, Math.Abs(expected[i])), $"Value {i}");
    }

    private sealed class CategoryInput
    {
        [VectorType(KeyColumnRow.Width)]
        public float[] Features { get; set; } = [];

        public string CityName { get; set; } = "";

        [VectorType(KeyColumnRow.Tags)]
        public string[] TagNames { get; set; } = [];
    }
}
