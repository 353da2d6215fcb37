using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What a network knows of the data it was trained on, and what its file keeps of that.</summary>
[TestClass]
public sealed class NetworkSignatureTests
{
    private static readonly string[] FeatureNames = ["x0", "x1", "x2", "x3", "x4"];

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void Trainers_say_what_the_network_reads_and_predicts(TaskCase task)
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(300));
        foreach (int[]? units in (int[]?[])[[6], null])
        {
            TrainedNetwork? snapshot = null;
            var network = task.NetworkOf(task.Trainer(_ml, options =>
            {
                options.HiddenUnits = units;
                options.NumberOfEpochs = 1;
                options.Progress = progress => snapshot = progress.TakeSnapshot();
            }).Fit(data));
            foreach (var each in new[] { network, snapshot!, ModelFileBuilder.Load(ModelFileBuilder.Save(network)) })
            {
                Assert.AreEqual(task.Name, each.Task.ToString()[..task.Name.Length]);
                CollectionAssert.AreEqual(task.Name switch { "Binary" => ["false", "true"], "Multiclass" => ScoringRow.ClassNames, _ => null }, each.ClassNames?.ToArray());
                Assert.AreEqual("Features", each.FeatureColumnName);
                CollectionAssert.AreEqual(FeatureNames, each.FeatureNames!.ToArray());
                Assert.IsEmpty(each.PrecedingTransforms);
            }
        }
    }

    [TestMethod]
    public void Keys_are_named_by_their_text_and_features_without_names_by_nothing()
    {
        var rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new NumberedRow { Number = i % 2 == 0 ? 7.5f : -1, Inputs = [i, 1] }));
        var data = _ml.Transforms.Conversion.MapValueToKey("Label", "Number").Fit(rows).Transform(rows);
        var network = _ml.MulticlassClassification.Trainers.DenseNet(featureColumnName: "Inputs", hiddenUnits: [], numberOfEpochs: 1).Fit(data).Model.Network;
        CollectionAssert.AreEqual(new[] { "7.5", "-1" }, network.ClassNames!.ToArray());
        Assert.AreEqual("Inputs", network.FeatureColumnName);
        Assert.IsNull(network.FeatureNames);
    }

    [TestMethod]
    public void Keys_of_the_same_numbers_in_another_order_are_refused_when_a_training_goes_on()
    {
        var trainer = _ml.MulticlassClassification.Trainers.DenseNet(featureColumnName: "Inputs", hiddenUnits: [], numberOfEpochs: 1);
        var model = trainer.Fit(Numbered(7.5f, -1)).Model;
        trainer.Fit(Numbered(7.5f, -1), model);
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(Numbered(-1, 7.5f), model));
        StringAssert.Contains(exception.Message, "is '7.5', but '-1'", StringComparison.Ordinal);

        IDataView Numbered(float first, float second)
        {
            var rows = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new NumberedRow { Number = i % 2 == 0 ? first : second, Inputs = [i, 1] }));
            return _ml.Transforms.Conversion.MapValueToKey("Label", "Number").Fit(rows).Transform(rows);
        }
    }

    [TestMethod]
    public void A_file_keeps_everything()
    {
        var network = Named(new NetworkSignature(LearningTask.MulticlassClassification)
        {
            ClassNames = ["", "\"ä\n\u2028", "😀"],
            FeatureColumnName = "a column",
            FeatureNames = ["x", "", "x"],
            PrecedingTransforms = ["Normalizer", "ConcatTransform"],
        });
        foreach (var loaded in new[] { ModelFileBuilder.Load(ModelFileBuilder.Save(network)), SafetensorsRoundTrip(network) })
        {
            Assert.AreEqual(network.Task, loaded.Task);
            CollectionAssert.AreEqual(network.ClassNames!.ToArray(), loaded.ClassNames!.ToArray());
            Assert.AreEqual(network.FeatureColumnName, loaded.FeatureColumnName);
            CollectionAssert.AreEqual(network.FeatureNames!.ToArray(), loaded.FeatureNames!.ToArray());
            CollectionAssert.AreEqual(network.PrecedingTransforms.ToArray(), loaded.PrecedingTransforms.ToArray());
        }

        Assert.AreEqual(
            "MulticlassClassification from 3 features of the column 'a column': x, , x\nClasses: , \"ä\n\u2028, 😀\nThe pipeline's steps before the network are not applied: Normalizer, ConcatTransform",
            network.ToString());
    }

    [TestMethod]
    public void Half_a_surrogate_pair_can_be_saved()
    {
        var network = Named(new NetworkSignature(LearningTask.MulticlassClassification) { ClassNames = ["\ud800", "b\udc00", "c"], FeatureColumnName = "\ud800" });
        CollectionAssert.AreEqual(new[] { "\ufffd", "b\ufffd", "c" }, ModelFileBuilder.Load(ModelFileBuilder.Save(network)).ClassNames!.ToArray());
    }

    [TestMethod]
    public void Long_lists_of_names_are_left_out_and_the_longest_kept_come_back()
    {
        string[] most = [.. Enumerable.Range(0, NetworkSignature.MaximumNames).Select(i => $"w{i}")];
        Assert.IsNull(new NetworkSignature(LearningTask.Regression) { FeatureNames = [.. most, "one more"] }.FeatureNames);
        Assert.IsNull(new NetworkSignature(LearningTask.Regression) { FeatureNames = [new string('ä', (NetworkSignature.MaximumNameBytes / 2) + 1)] }.FeatureNames);
        Assert.IsNull(new NetworkSignature(LearningTask.Regression) { FeatureNames = ["", "", ""] }.FeatureNames);

        var network = new TrainedNetwork(
            new NetworkLayout(Layer.Sequential(Layer.Select(new SlotRange(0, 1)), Layer.Linear(most.Length)), most.Length),
            new float[2 * most.Length], [], TestNetworks.History(), new NetworkSignature(LearningTask.MulticlassClassification) { ClassNames = most, FeatureNames = most });
        var loaded = ModelFileBuilder.Load(ModelFileBuilder.Save(network));
        CollectionAssert.AreEqual(most, loaded.ClassNames!.ToArray());
        CollectionAssert.AreEqual(most, loaded.FeatureNames!.ToArray());
    }

    [TestMethod]
    public void What_does_not_fit_the_network_is_refused()
    {
        foreach (var signature in new[]
        {
            new NetworkSignature(LearningTask.BinaryClassification),
            new NetworkSignature(LearningTask.Regression),
            new NetworkSignature(LearningTask.MulticlassClassification) { ClassNames = ["a", "b"] },
            new NetworkSignature(LearningTask.MulticlassClassification) { FeatureNames = ["a", "b"] },
        })
        {
            Assert.ThrowsExactly<ArgumentException>(() => Named(signature));
        }
    }

    [TestMethod]
    [DataRow("\"task\":\"Regression\",", "", "'task'")]
    [DataRow("\"Regression\"", "\"regression\"", "'task'")]
    [DataRow("\"Regression\"", "2", "'task'")]
    [DataRow("\"Regression\",", "\"MulticlassClassification\",\"classNames\":\"a\",", "'classNames' is not a list of texts")]
    [DataRow("\"Regression\",", "\"MulticlassClassification\",\"classNames\":[1],", "'classNames' is not a list of texts")]
    [DataRow("\"Regression\",", "\"MulticlassClassification\",\"classNames\":null,", "'classNames' is not a list of texts")]
    [DataRow("\"Regression\",", "\"MulticlassClassification\",\"classNames\":[\"\\ud800\"],", "not valid JSON")]
    [DataRow("\"Regression\",", "\"MulticlassClassification\",\"classNames\":[\"a\",\"b\"],", "there are 2 class names for 1 classes")]
    [DataRow("\"Regression\",", "\"Regression\",\"classNames\":[\"a\"],", "there are 1 class names for 0 classes")]
    [DataRow("\"Regression\",", "\"BinaryClassification\",\"classNames\":[\"a\"],", "there are 1 class names for 2 classes")]
    [DataRow("\"Regression\",", "\"Regression\",\"featureColumn\":[\"a\"],", "'featureColumn'")]
    [DataRow("\"Regression\",", "\"Regression\",\"featureNames\":[\"a\"],", "there are 1 feature names for 2 features")]
    [DataRow("\"Regression\",", "\"Regression\",\"precedingTransforms\":{},", "'precedingTransforms'")]
    public void A_damaged_field_is_named(string part, string replacement, string message)
    {
        Assert.Contains(part, ModelFileBuilder.Header, StringComparison.Ordinal);
        byte[] file = ModelFileBuilder.WithHeader(ModelFileBuilder.Header.Replace(part, replacement, StringComparison.Ordinal));
        var exception = Assert.ThrowsExactly<FormatException>(() => ModelFileBuilder.Load(file));
        StringAssert.Contains(exception.Message, message, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Too_many_names_in_a_file_are_refused()
    {
        foreach (string names in new[] { string.Join(',', Enumerable.Repeat("\"\"", NetworkSignature.MaximumNames + 1)), $"\"{new string('x', NetworkSignature.MaximumNameBytes + 1)}\"" })
        {
            string header = ModelFileBuilder.Header.Replace("\"Regression\",", $"\"Regression\",\"featureNames\":[{names}],", StringComparison.Ordinal);
            var exception = Assert.ThrowsExactly<FormatException>(() => ModelFileBuilder.Load(new ModelFileBuilder { HeaderBytes = Encoding.UTF8.GetBytes(header) }.ToArray()));
            StringAssert.Contains(exception.Message, "at most 65,536", StringComparison.Ordinal);
        }
    }

    private static TrainedNetwork Named(NetworkSignature signature) => TestNetworks.Create(3, 3).With(signature);

    private static TrainedNetwork SafetensorsRoundTrip(TrainedNetwork network)
    {
        using var stream = new MemoryStream();
        network.SaveSafetensors(stream);
        stream.Position = 0;
        return TrainedNetwork.LoadSafetensors(stream);
    }

    private sealed class NumberedRow
    {
        public float Number { get; set; }

        [Data.VectorType(2)]
        public float[] Inputs { get; set; } = [];
    }
}
