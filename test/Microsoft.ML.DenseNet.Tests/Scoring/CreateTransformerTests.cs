using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Networks that were trained elsewhere, as transformers of ML.NET.</summary>
[TestClass]
public sealed class CreateTransformerTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly ScoringRow[] _rows = ScoringRow.Create(30);

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void A_network_out_of_safetensors_scores_saves_and_exports_as_the_trained_one(TaskCase task)
    {
        var data = TestTransformers.Data(_ml, _rows);
        var trained = task.Trainer(_ml, null).Fit(data);
        var created = Create(SafetensorsRoundTrip(task.NetworkOf(trained)), null);
        Same(trained.Transform(data), created.Transform(data), task);

        using var stream = new MemoryStream();
        _ml.Model.Save(created, data.Schema, stream);
        stream.Position = 0;
        var loaded = _ml.Model.Load(stream, out _);
        Same(trained.Transform(data), loaded.Transform(data), task);
        CollectionAssert.AreEqual(Onnx(trained), Onnx(created));

        // What goes into the pipeline that it was trained in comes out of it as well.
        Assert.AreEqual(task.NetworkOf(trained).ToString(), task.NetworkOf(loaded).ToString());
    }

    [TestMethod]
    public void Classes_have_their_names_or_numbers()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var network = TestNetworks.Create(ScoringRow.Width, 3);
        Assert.IsFalse(_ml.MulticlassClassification.CreateTransformer(network).Transform(data).Schema["PredictedLabel"].HasKeyValues());

        var named = network.With(new NetworkSignature(LearningTask.MulticlassClassification) { ClassNames = ["red", "green", "blue"] });
        var scored = _ml.MulticlassClassification.CreateTransformer(named).Transform(data);
        VBuffer<ReadOnlyMemory<char>> names = default;
        scored.Schema["PredictedLabel"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(new[] { "red", "green", "blue" }, names.DenseValues().Select(name => name.ToString()).ToArray());
        scored.Schema["Score"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "red", "green", "blue" }, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void The_feature_column_is_the_given_one_or_the_networks_or_Features()
    {
        var network = TestNetworks.Create(ScoringRow.Width, 1);
        var named = network.With(new NetworkSignature(LearningTask.Regression) { FeatureColumnName = "Inputs" });
        Assert.AreEqual("Features", _ml.Regression.CreateTransformer(network).FeatureColumnName);
        Assert.AreEqual("Inputs", _ml.Regression.CreateTransformer(named).FeatureColumnName);
        Assert.AreEqual("Others", _ml.Regression.CreateTransformer(named, "Others").FeatureColumnName);
        Assert.AreEqual("Label", _ml.MulticlassClassification.CreateTransformer(TestNetworks.Create(ScoringRow.Width, 3), "Label").FeatureColumnName);
        Assert.Throws<ArgumentException>(() => _ml.Regression.CreateTransformer(network, ""));
    }

    [TestMethod]
    public void A_network_for_another_task_is_refused()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => _ml.BinaryClassification.CreateTransformer(TestNetworks.Create(ScoringRow.Width, 1)));
        StringAssert.Contains(exception.Message, "The network is for Regression, not for BinaryClassification", StringComparison.Ordinal);
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Regression.CreateTransformer(TestNetworks.Create(ScoringRow.Width, 3)));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.MulticlassClassification.CreateTransformer(TestNetworks.Create(ScoringRow.Width, 1)));
    }

    [TestMethod]
    public void Its_model_can_be_trained_further()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var trainer = _ml.MulticlassClassification.Trainers.DenseNet("Key", hiddenUnits: [6], numberOfEpochs: 2);
        var created = (DenseNetMulticlassTransformer)Create(SafetensorsRoundTrip(trainer.Fit(data).Model.Network), null);
        var further = trainer.Fit(data, created.Model);
        Assert.AreNotEqual(created.Model.Network.Parameters.Span[0], further.Model.Network.Parameters.Span[0]);
    }

    private ITransformer Create(TrainedNetwork network, string? column) => network.Task switch
    {
        LearningTask.BinaryClassification => _ml.BinaryClassification.CreateTransformer(network, column),
        LearningTask.MulticlassClassification => _ml.MulticlassClassification.CreateTransformer(network, column),
        _ => _ml.Regression.CreateTransformer(network, column),
    };

    private static void Same(IDataView expected, IDataView actual, TaskCase task)
    {
        foreach (string column in task.Name == "Binary" ? new[] { "Score", "Probability" } : ["Score"])
            Bits.AreEqual(ScoredColumns.Floats(expected, column), ScoredColumns.Floats(actual, column), $"{task}: {column}");
        if (task.Name != "Regression")
            CollectionAssert.AreEqual(ScoredColumns.Classes(expected), ScoredColumns.Classes(actual));
    }

    private static byte[] Onnx(ITransformer transformer)
    {
        using var stream = new MemoryStream();
        switch (transformer)
        {
            case DenseNetBinaryTransformer binary: binary.SaveAsOnnx(stream); break;
            case DenseNetMulticlassTransformer multiclass: multiclass.SaveAsOnnx(stream); break;
            default: ((DenseNetRegressionTransformer)transformer).SaveAsOnnx(stream); break;
        }

        return stream.ToArray();
    }

    private static TrainedNetwork SafetensorsRoundTrip(TrainedNetwork network)
    {
        using var stream = new MemoryStream();
        network.SaveSafetensors(stream);
        stream.Position = 0;
        return TrainedNetwork.LoadSafetensors(stream);
    }
}
