using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What the default network makes of values that are missing.</summary>
[TestClass]
public sealed class MissingValueTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static DenseNetDefaults Quick => DenseNetDefaults.For(LearningTask.BinaryClassification) with { HiddenUnits = [16], NumberOfEpochs = 12, MaximumTrainedFolds = 2 };

    [TestMethod]
    [DataRow(DataPlacement.Auto, 1)]
    [DataRow(DataPlacement.Stream, 1)]
    [DataRow(DataPlacement.Auto, 4)]
    public void ThatAValueIsMissingIsLearned(DataPlacement placement, int members)
    {
        var options = new DenseNetBinaryTrainer.Options { Defaults = Quick, DataPlacement = placement, EnsembleSize = members, Seed = 1 };
        var model = _ml.BinaryClassification.Trainers.DenseNet(options).Fit(View(Rows(600, seed: 1)));
        Assert.IsGreaterThan(0.995, _ml.BinaryClassification.Evaluate(model.Transform(View(Rows(600, seed: 2)))).AreaUnderRocCurve);
        Assert.AreEqual(Layer.MissingIndicators(new SlotRange(1, 1)), ((SequentialLayer)model.Model.Network.Layout.Layer).Layers[0]);
    }

    [TestMethod]
    public void ThatAValueIsMissingIsLearnedFromSparseRowsAndOnTorch()
    {
        var sparse = Rows(600, seed: 1);
        foreach (var row in sparse)
            row.Features = new VBuffer<float>(300, 3, [.. row.Features.DenseValues()], [0, 7, 299]);
        foreach (var (rows, device) in new[] { (sparse, DenseNetDevice.Auto), (Rows(600, seed: 1), DenseNetDevice.TorchCpu) })
        {
            var options = new DenseNetBinaryTrainer.Options { Defaults = Quick with { MaximumTrainedFolds = 1 }, Device = device, Seed = 1 };
            var view = View(rows);
            var model = _ml.BinaryClassification.Trainers.DenseNet(options).Fit(view);
            Assert.IsGreaterThan(0.995, _ml.BinaryClassification.Evaluate(model.Transform(view)).AreaUnderRocCurve, $"{device}");
        }
    }

    [TestMethod]
    public void AColumnThatWasCompleteMayBeMissingInPrediction()
    {
        var rows = Rows(301, seed: 1);
        var model = Fit(rows);
        float median = rows.Select(row => row.Features.GetItemOrDefault(0)).Order().ElementAt(150);
        float[] scores = Scores(model, [new(3, [float.NaN, 0.4f, 0.2f]), new(3, [median, 0.4f, 0.2f])]);
        Assert.AreEqual(scores[1], scores[0]);

        // Of the column that has an indicator, the median itself is another matter.
        float known = rows.Select(row => row.Features.GetItemOrDefault(1)).Where(value => !float.IsNaN(value)).Order().ElementAt(75);
        scores = Scores(model, [new(3, [0, float.NaN, 0.2f]), new(3, [0, known, 0.2f])]);
        Assert.IsGreaterThan(scores[1] + 1, scores[0]);
    }

    [TestMethod]
    public void OnlyColumnsWithMissingAndPresentValuesHaveAnIndicator()
    {
        var rows = Rows(100, seed: 1);
        foreach (var row in rows)
            row.Features = new VBuffer<float>(3, [row.Features.GetItemOrDefault(0), 1, float.NaN]);
        Assert.IsEmpty(Indicators(Fit(rows).Layout));
        Assert.HasCount(1, Indicators(Fit(Rows(100, seed: 1)).Layout));
        var unscaled = new DenseNetBinaryTrainer.Options { Network = Layer.Linear(4), NumberOfEpochs = 1, Seed = 1 };
        Assert.IsEmpty(Indicators(_ml.BinaryClassification.Trainers.DenseNet(unscaled).Fit(View(Rows(100, seed: 1))).Model.Network.Layout));
    }

    [TestMethod]
    public void ANamedNetworkMayBeginWithIndicators()
    {
        var options = new DenseNetBinaryTrainer.Options
        {
            Network = Layer.Sequential(Layer.MissingIndicators(new SlotRange(1, 1)), Layer.Linear(8), Layer.ReLU),
            NumberOfEpochs = 40,
            LearningRate = 0.01,
            Seed = 1,
        };
        var model = _ml.BinaryClassification.Trainers.DenseNet(options).Fit(View(Rows(600, seed: 1)));
        Assert.AreEqual(
            Layer.Sequential(Layer.MissingIndicators(new SlotRange(1, 1)), Layer.Standardize, Layer.Linear(8), Layer.ReLU, Layer.Linear(1)), model.Model.Network.Layout.Layer);
        Assert.IsGreaterThan(0.995, _ml.BinaryClassification.Evaluate(model.Transform(View(Rows(600, seed: 2)))).AreaUnderRocCurve);
    }

    [TestMethod]
    public void FilesOnnxAndFurtherTrainingKeepTheIndicators()
    {
        var rows = Rows(120, seed: 3);
        var trained = _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Defaults = Quick, Seed = 1 }).Fit(View(rows));
        var network = trained.Model.Network;
        float[] features = [.. rows.SelectMany(row => row.Features.DenseValues())];
        float[] expected = Outputs(network, features);

        using var file = new MemoryStream();
        network.Save(file);
        file.Position = 0;
        CollectionAssert.AreEqual(expected, Outputs(TrainedNetwork.Load(file), features));

        using var run = new OnnxRun(OnnxModels.Export(network.Layout, network.Parameters.ToArray(), network.Buffers.ToArray()));
        float[] exported = run.Run<float>("Score", features, rows.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], exported[i], 1e-4 * (1 + Math.Abs(expected[i])));

        var on = _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { NumberOfEpochs = 2, LearningRate = 1e-4, Seed = 1 }).Fit(View(rows), trained.Model);
        Assert.AreEqual(network.Layout.Layer, on.Model.Network.Layout.Layer);
        Assert.IsGreaterThan(0.99, _ml.BinaryClassification.Evaluate(on.Transform(View(rows))).AreaUnderRocCurve);
    }

    [TestMethod]
    public void ThePartsThatReadANetworkAgreeOnWhatIsMissing()
    {
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.MissingIndicators(new SlotRange(4, 2), new SlotRange(1, 1)), Layer.RobustScale, Layer.Linear(3)), 6, new Random(1));
        var random = new Random(2);
        const int Count = 7;
        float[] features = [.. Enumerable.Range(0, Count * 6).Select(_ => random.Next(3) == 0 ? float.NaN : random.NextSingle())];
        var outputs = new Dictionary<string, float[]>();
        foreach (var width in VectorWidths.Available)
            network.Compile(width).RunBlock(features, Count, outputs[$"{width}"] = new float[Count * 3]);
        using (NewDisposeScope())
        {
            var torch = new TorchNetwork(network.Layout, CPU, seed: 0);
            torch.Load(network.Parameters, network.Buffers);
            outputs["torch"] = torch.Forward(tensor(features, [Count, 6]), training: false).detach().contiguous().data<float>().ToArray();
        }

        using (var run = new OnnxRun(OnnxModels.Export(network.Layout, network.Parameters, network.Buffers)))
            outputs["ONNX"] = run.Run<float>("Score", features, Count);
        for (int row = 0; row < Count; row++)
        {
            double[] expected = ReferenceNetwork.Run(network.Layout, network.Parameters, network.Buffers, features.AsSpan(row * 6, 6));
            foreach (var (reader, values) in outputs)
            {
                for (int i = 0; i < 3; i++)
                    Assert.AreEqual(expected[i], values[(row * 3) + i], 1e-5, $"{reader}, row {row}");
            }
        }
    }

    /// <summary>Three numbers, of which the second is missing where the label says so, and nothing else tells the label.</summary>
    private static Row[] Rows(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(2) == 0).Select(isMissing => new Row
        {
            Label = isMissing,
            Features = new VBuffer<float>(3, [random.NextSingle(), isMissing ? float.NaN : random.NextSingle(), random.NextSingle()]),
        })];
    }

    private static IEnumerable<LayerNode> Indicators(NetworkLayout layout) => layout.Root.DescendantsAndSelf().Where(node => node.Layer is MissingIndicatorsLayer);

    private static float[] Scores(TrainedNetwork network, VBuffer<float>[] rows) => Outputs(network, [.. rows.SelectMany(row => row.DenseValues())]);

    private static float[] Outputs(TrainedNetwork network, float[] features)
    {
        float[] outputs = new float[features.Length / 3];
        network.ComputeOutputBlock(features, outputs.Length, outputs);
        return outputs;
    }

    private TrainedNetwork Fit(Row[] rows) =>
        _ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Defaults = Quick, Seed = 1 }).Fit(View(rows)).Model.Network;

    private IDataView View(Row[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        return _ml.Data.LoadFromEnumerable(rows, schema);
    }

    private sealed class Row
    {
        public bool Label { get; set; }

        public VBuffer<float> Features { get; set; }
    }
}
