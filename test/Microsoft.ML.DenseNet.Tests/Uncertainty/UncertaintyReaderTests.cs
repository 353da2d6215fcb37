using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Whoever reads a model with intervals or sets of classes finds the same ones: ML.NET's columns, spans, saved models, ONNX Runtime.</summary>
[TestClass]
public sealed class UncertaintyReaderTests
{
    private static readonly double[] Coverages = [0.8, 0.95];

    private static readonly NoisyRow[] Numbers = NoisyRow.Create(300, 1);

    private static readonly ClassRow[] Classes = ClassRow.Create(300, 1);

    private readonly MLContext _ml = new(seed: 1);

    private IDataView NumberData => _ml.Data.LoadFromEnumerable(Numbers);

    private IDataView ClassData => _ml.Data.LoadFromEnumerable(Classes);

    [TestMethod]
    public void Columns_are_annotated_and_hold_what_spans_get()
    {
        var model = FitNumbers(Coverages);
        var network = model.Model.Network;
        Assert.IsNotNull(network.IntervalScale, "the scale depends on the row");
        var scored = model.Transform(NumberData);
        foreach (string column in (string[])["IntervalLower", "IntervalUpper"])
        {
            Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 2), scored.Schema[column].Type);
            VBuffer<ReadOnlyMemory<char>> names = default;
            scored.Schema[column].GetSlotNames(ref names);
            CollectionAssert.AreEqual(new[] { "0.8", "0.95" }, names.DenseValues().Select(name => name.ToString()).ToArray());
        }

        float[] lower = new float[2 * Numbers.Length], upper = new float[lower.Length];
        network.PredictIntervalBlock([.. Numbers.SelectMany(row => row.Features)], Numbers.Length, lower, upper);
        Bits.AreEqual(lower, Read(scored, "IntervalLower"), "the lower bounds");
        Bits.AreEqual(upper, Read(scored, "IntervalUpper"), "the upper bounds");
        for (int row = 0; row < 20; row++)
        {
            var interval = network.PredictInterval(Numbers[row].Features, 0.95);
            Assert.AreEqual(new PredictionInterval(lower[(2 * row) + 1], upper[(2 * row) + 1]), interval);
            Assert.IsTrue(interval.Contains(interval.Lower) && interval.Contains(interval.Upper) && !interval.Contains(MathF.BitIncrement(interval.Upper)));
            Assert.IsLessThan(interval.Width, network.PredictInterval(Numbers[row].Features, 0.8).Width);
        }

        // One row at a time, and the columns in any choice.
        using var engine = _ml.Model.CreatePredictionEngine<NoisyRow, IntervalPrediction>(model);
        var prediction = engine.Predict(Numbers[3]);
        CollectionAssert.AreEqual(lower[6..8], prediction.IntervalLower);
        CollectionAssert.AreEqual(upper[6..8], prediction.IntervalUpper);
        Bits.AreEqual(upper, Read(_ml.Transforms.SelectColumns("IntervalUpper").Fit(scored).Transform(scored), "IntervalUpper"), "by itself");
    }

    [TestMethod]
    public void One_coverage_is_a_number()
    {
        var model = FitNumbers([0.9]);
        var scored = model.Transform(NumberData);
        Assert.AreEqual(NumberDataViewType.Single, scored.Schema["IntervalLower"].Type);
        float[] lower = [.. scored.GetColumn<float>("IntervalLower")], scores = [.. scored.GetColumn<float>("Score")];
        for (int row = 0; row < lower.Length; row++)
            Assert.AreEqual(model.Model.Network.PredictInterval(Numbers[row].Features, 0.9).Lower, lower[row]);
        Assert.IsTrue(scores.Zip(lower).All(pair => pair.Second < pair.First));
    }

    [TestMethod]
    public void Sparse_rows_have_the_intervals_of_dense_ones()
    {
        var model = FitNumbers(Coverages);
        var sparse = _ml.Data.LoadFromEnumerable(
            Numbers.Select(row => new SparseNumbers { Features = new VBuffer<float>(3, 2, [row.Features[0], row.Features[1]], [0, 1]) }), SparseNumbers.Schema);
        var dense = _ml.Data.LoadFromEnumerable(Numbers.Select(row => new NoisyRow { Features = [row.Features[0], row.Features[1], 0] }));
        float[] expected = Read(model.Transform(dense), "IntervalLower"), actual = Read(model.Transform(sparse), "IntervalLower");
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5 * (1 + Math.Abs(expected[i])));
    }

    [TestMethod]
    public void The_columns_are_promised_and_the_evaluators_still_find_their_own()
    {
        var numbers = new DenseNetRegressionTrainer.Options { HiddenUnits = [8], NumberOfEpochs = 2, ValidationFraction = 0.3, IntervalCoverages = Coverages };
        EstimatorChecks.Run(_ml.Regression.Trainers.DenseNet(numbers), NumberData);
        numbers.IntervalCoverages = [0.9];
        EstimatorChecks.Run(_ml.Regression.Trainers.DenseNet(numbers), NumberData);
        EstimatorChecks.Run(_ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = [8], NumberOfEpochs = 2, ValidationFraction = 0.3, SetCoverage = 0.9 }), ClassData);
        var keys = _ml.Transforms.Conversion.MapValueToKey("Label", nameof(ClassRow.Name)).Fit(ClassData).Transform(ClassData);
        EstimatorChecks.Run(_ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { HiddenUnits = [8], NumberOfEpochs = 2, ValidationFraction = 0.3, SetCoverage = 0.9 }), keys);

        Assert.IsGreaterThan(0, _ml.Regression.Evaluate(FitNumbers(Coverages).Transform(NumberData)).RootMeanSquaredError);
        Assert.IsGreaterThan(0, _ml.BinaryClassification.Evaluate(FitTwo().Transform(ClassData)).AreaUnderRocCurve);
        Assert.IsGreaterThan(0, _ml.MulticlassClassification.Evaluate(FitMany().Transform(ClassData), labelColumnName: "Key").MacroAccuracy);
    }

    [TestMethod]
    public void Saved_models_keep_them_also_without_torch()
    {
        var model = FitNumbers(Coverages);
        float[] lower = Read(model.Transform(NumberData), "IntervalLower");
        using var folder = new TemporaryFolder();
        string zip = folder["model.zip"], rows = folder["rows"], bounds = folder["bounds"];
        _ml.Model.Save(model, NumberData.Schema, zip);
        Bits.AreEqual(lower, Read(_ml.Model.Load(zip, out _).Transform(NumberData), "IntervalLower"), "loaded by ML.NET");

        float[] features = [.. Numbers.SelectMany(row => row.Features)], again = new float[lower.Length];
        TrainedNetwork.Load(zip).PredictIntervalBlock(features, Numbers.Length, again, new float[lower.Length]);
        Bits.AreEqual(lower, again, "loaded without ML.NET");

        using var stream = new MemoryStream();
        model.Model.Network.SaveSafetensors(stream);
        stream.Position = 0;
        TrainedNetwork.LoadSafetensors(stream).PredictIntervalBlock(features, Numbers.Length, again, new float[lower.Length]);
        Bits.AreEqual(lower, again, "from safetensors");

        Assert.AreEqual(Coverages.Length, model.Model.Network.Quantize().IntervalCoverages.Count);
        File.WriteAllBytes(rows, MemoryMarshal.AsBytes(features.AsSpan()));
        Assert.Contains("TorchSharp loaded: False", ScoringHostProcess.Run(zip, rows, NoisyRow.Width, bounds, "IntervalLower"));
        Bits.AreEqual(lower, MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(bounds)).ToArray(), "in a process without torch");
    }

    [TestMethod]
    public void Sets_are_annotated_and_the_same_for_every_reader()
    {
        foreach (bool isTwo in (bool[])[true, false])
        {
            ITransformer model = isTwo ? FitTwo() : FitMany();
            var network = isTwo ? ((DenseNetBinaryTransformer)model).Model.Network : ((TransformerChain<DenseNetMulticlassTransformer>)model).LastTransformer.Model.Network;
            var scored = model.Transform(ClassData);
            VBuffer<ReadOnlyMemory<char>> names = default;
            scored.Schema["PredictionSet"].GetSlotNames(ref names);
            CollectionAssert.AreEqual(network.ClassNames!.ToArray(), names.DenseValues().Select(name => name.ToString()).ToArray());

            bool[][] columns = [.. scored.GetColumn<bool[]>("PredictionSet")];
            bool[] set = new bool[names.Length];
            var sizes = new HashSet<int>();
            for (int row = 0; row < Classes.Length; row++)
            {
                sizes.Add(network.PredictSet(Classes[row].Features, set));
                CollectionAssert.AreEqual(set, columns[row]);
            }

            Assert.IsGreaterThan(1, sizes.Count, "sets of several sizes");
            using var stream = new MemoryStream();
            _ml.Model.Save(model, ClassData.Schema, stream);
            stream.Position = 0;
            AreEqual(columns, _ml.Model.Load(stream, out _).Transform(ClassData).GetColumn<bool[]>("PredictionSet"));
        }
    }

    [TestMethod]
    public void ONNX_Runtime_computes_the_same_bounds_and_sets()
    {
        float[] features = [.. Numbers.SelectMany(row => row.Features)], classes = [.. Classes.SelectMany(row => row.Features)];
        foreach (double[] coverages in (double[][])[Coverages, [0.9]])
        {
            var model = FitNumbers(coverages);
            using var run = new OnnxRun(Onnx(stream => model.SaveAsOnnx(stream)));
            AreClose(model.Transform(NumberData), run, features, "");
        }

        var counts = FitNumbers(Coverages, Losses.Poisson());
        using (var run = new OnnxRun(Onnx(stream => counts.SaveAsOnnx(stream))))
            AreClose(counts.Transform(NumberData), run, features, "");

        var two = FitTwo();
        using (var run = new OnnxRun(Onnx(stream => two.SaveAsOnnx(stream))))
            AreEqual([.. two.Transform(ClassData).GetColumn<bool[]>("PredictionSet")], run.Run<bool>("PredictionSet", classes, Classes.Length).Chunk(2));
        var many = FitMany();
        using (var run = new OnnxRun(Onnx(stream => many.LastTransformer.SaveAsOnnx(stream))))
            AreEqual([.. many.Transform(ClassData).GetColumn<bool[]>("PredictionSet")], run.Run<bool>("PredictionSet", classes, Classes.Length).Chunk(ClassRow.Classes));
    }

    [TestMethod]
    public void ML_NETs_exporter_writes_them_too()
    {
        var input = _ml.Data.LoadFromEnumerable(Numbers.Select(row => new FeaturesOnly { Features = row.Features }));
        float[] features = [.. Numbers.SelectMany(row => row.Features)];
        var model = FitNumbers(Coverages);
        using (var run = new OnnxRun(Onnx(stream => _ml.Model.ConvertToOnnx(model, input, stream))))
            AreClose(model.Transform(input), run, features, ".output");

        var two = FitTwo();
        using (var run = new OnnxRun(Onnx(stream => _ml.Model.ConvertToOnnx(two, input, stream))))
            AreEqual([.. two.Transform(input).GetColumn<bool[]>("PredictionSet")], run.Run<bool>("PredictionSet.output", features, Numbers.Length).Chunk(2));
        var many = FitMany().LastTransformer;
        using (var run = new OnnxRun(Onnx(stream => _ml.Model.ConvertToOnnx(many, input, stream))))
            AreEqual([.. many.Transform(input).GetColumn<bool[]>("PredictionSet")], run.Run<bool>("PredictionSet.output", features, Numbers.Length).Chunk(ClassRow.Classes));
    }

    [TestMethod]
    public void Networks_without_them_say_so_and_keep_their_file_version()
    {
        var network = TestNetworks.Create(3, 1);
        Assert.IsEmpty(network.IntervalCoverages);
        Assert.IsNull(network.SetCoverage);
        Assert.AreEqual(1, NetworkFile.VersionOf(network));
        Assert.AreEqual(4, NetworkFile.VersionOf(FitNumbers(Coverages).Model.Network));
        Assert.AreEqual(4, NetworkFile.VersionOf(FitTwo().Model.Network));
        Assert.Contains("train it with IntervalCoverages", Assert.ThrowsExactly<InvalidOperationException>(() => network.PredictInterval(new float[3], 0.9)).Message);
        Assert.Contains("train it with SetCoverage", Assert.ThrowsExactly<InvalidOperationException>(() => network.PredictSet(new float[3], new bool[2])).Message);
        var unknown = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => FitNumbers(Coverages).Model.Network.PredictInterval(new float[3], 0.9));
        Assert.Contains("The coverage is 0.9; the network has intervals for 0.8, 0.95. Train with IntervalCoverages for others.", unknown.Message);
    }

    private DenseNetRegressionTransformer FitNumbers(double[] coverages, Loss? loss = null)
    {
        var rows = NoisyRow.Create(600, 2);
        if (loss is not null)
            Array.ForEach(rows, row => row.Label = MathF.Floor(MathF.Abs(row.Label)));
        return _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            HiddenUnits = [16],
            NumberOfEpochs = 10,
            LearningRate = 0.01,
            ValidationFraction = 0.5,
            IntervalCoverages = coverages,
            Loss = loss,
        }).Fit(_ml.Data.LoadFromEnumerable(rows));
    }

    private DenseNetBinaryTransformer FitTwo() => _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = [16], NumberOfEpochs = 10, ValidationFraction = 0.4, SetCoverage = 0.9 }).Fit(ClassData);

    private TransformerChain<DenseNetMulticlassTransformer> FitMany() => _ml.Transforms.Conversion.MapValueToKey("Key", nameof(ClassRow.Name))
        .Append(_ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { LabelColumnName = "Key", HiddenUnits = [16], NumberOfEpochs = 10, ValidationFraction = 0.4, SetCoverage = 0.9 })).Fit(ClassData);

    private static float[] Read(IDataView rows, string column) => rows.Schema[column].Type is VectorDataViewType
        ? [.. rows.GetColumn<float[]>(column).SelectMany(row => row)]
        : [.. rows.GetColumn<float>(column)];

    private static byte[] Onnx(Action<Stream> save)
    {
        using var stream = new MemoryStream();
        save(stream);
        return stream.ToArray();
    }

    private static void AreClose(IDataView scored, OnnxRun run, float[] features, string suffix)
    {
        foreach (string column in (string[])["Score", "IntervalLower", "IntervalUpper"])
        {
            float[] expected = Read(scored, column), actual = run.Run<float>(column + suffix, features, Numbers.Length);
            Assert.HasCount(expected.Length, actual);
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-5 * (1 + Math.Abs(expected[i])), column);
        }
    }

    private static void AreEqual(bool[][] expected, IEnumerable<bool[]> actual)
    {
        bool[][] rows = [.. actual];
        Assert.HasCount(expected.Length, rows);
        for (int row = 0; row < rows.Length; row++)
            CollectionAssert.AreEqual(expected[row], rows[row], $"row {row}");
    }

    private sealed class FeaturesOnly
    {
        [VectorType(NoisyRow.Width)]
        public float[] Features { get; set; } = [];
    }

    private sealed class SparseNumbers
    {
        public static SchemaDefinition Schema
        {
            get
            {
                var schema = SchemaDefinition.Create(typeof(SparseNumbers));
                schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, NoisyRow.Width);
                return schema;
            }
        }

        public VBuffer<float> Features { get; set; }
    }
}
