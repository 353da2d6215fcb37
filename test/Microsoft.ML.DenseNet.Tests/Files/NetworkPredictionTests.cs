namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A network alone says what ML.NET's columns say, to the last bit.</summary>
[TestClass]
public sealed class NetworkPredictionTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void Predictions_have_the_bits_of_Transform(TaskCase task)
    {
        var rows = ScoringRow.Create(60);
        var data = TestTransformers.Data(_ml, rows);
        var transformer = task.Trainer(_ml, null).Fit(data);
        Check(task.NetworkOf(transformer), transformer.Transform(data), rows);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(300)]
    public void So_do_those_of_any_number_of_classes(int classes)
    {
        var rows = ScoringRow.Create(30);
        var network = TestNetworks.Create(ScoringRow.Width, classes);
        Check(network, _ml.MulticlassClassification.CreateTransformer(network).Transform(TestTransformers.Data(_ml, rows)), rows);
    }

    [TestMethod]
    public void A_logit_just_above_0_is_of_the_positive_class()
    {
        // Its probability rounds to one half.
        var network = Linear(LearningTask.BinaryClassification, [1e-10f, 0]);
        float[] probability = new float[1];
        network.Predict([1], probability);
        Assert.AreEqual(0.5f, probability[0]);
        Assert.AreEqual(new PredictedClass(1, null, 0.5f), network.PredictClass([1]));
        Assert.AreEqual(0, network.PredictClass([-1]).Index);
        Assert.AreEqual(0, network.PredictClass([0]).Index);
        Assert.AreEqual(0, network.PredictClass([float.NaN]).Index);
    }

    [TestMethod]
    public void Of_equal_classes_the_first_is_taken_and_of_NaN_none()
    {
        var network = Linear(LearningTask.MulticlassClassification, [0, 1, 1, 0, 0, 0]);
        Assert.AreEqual(1, network.PredictClass([3]).Index);
        Assert.AreEqual(new PredictedClass(-1, null, float.NaN), network.PredictClass([float.NaN]));
    }

    [TestMethod]
    public void A_number_is_no_class()
    {
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Linear(LearningTask.Regression, [1, 0]).PredictClass([1]));
        StringAssert.Contains(exception.Message, "predicts a number", StringComparison.Ordinal);
    }

    [TestMethod]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void Nothing_is_allocated_for_a_row(string task)
    {
        var network = Network(task);
        float[] row = ScoringRow.Create(1)[0].Features, prediction = new float[network.Layout.OutputWidth];
        Assert.AreEqual(0, Allocations.Of(() =>
        {
            network.Predict(row, prediction);
            network.Predict([1, 3], [1f, 2f], prediction);
            network.PredictBlock(row, 1, prediction);
            if (network.Task != LearningTask.Regression)
                network.PredictClass(row);
        }));
    }

    [TestMethod]
    public void It_is_compiled_at_its_first_prediction_and_once()
    {
        var network = TestNetworks.Create(ScoringRow.Width, 3);
        var renamed = network.With(new NetworkSignature(LearningTask.MulticlassClassification) { ClassNames = ["a", "b", "c"] });
        var loaded = ModelFileBuilder.Load(ModelFileBuilder.Save(network));
        Assert.IsFalse(network.IsCompiled || renamed.IsCompiled || loaded.IsCompiled);

        float[] row = ScoringRow.Create(1)[0].Features;
        float[][] outputs = new float[64][];
        Parallel.For(0, outputs.Length, new ParallelOptions { MaxDegreeOfParallelism = outputs.Length }, i => loaded.ComputeOutputs(row, outputs[i] = new float[3]));
        float[] expected = new float[3];
        renamed.ComputeOutputs(row, expected);
        foreach (float[] output in outputs)
            Bits.AreEqual(expected, output, "compiled by many at once");
        Assert.IsTrue(network.IsCompiled, "a copy shares the program");
        Assert.IsTrue(loaded.IsCompiled);
    }

    [TestMethod]
    public void A_training_compiles_nothing_that_nobody_asks_for()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(50));
        TrainedNetwork? snapshot = null;
        var network = TaskCase.Regression.NetworkOf(TaskCase.Regression.Trainer(_ml, options => options.Progress = progress => snapshot = progress.TakeSnapshot()).Fit(data));
        Assert.IsFalse(network.IsCompiled);
        Assert.IsFalse(snapshot!.IsCompiled);
    }

    /// <summary>Alone, in a block, sparse, and as a class.</summary>
    private static void Check(TrainedNetwork network, IDataView scored, ScoringRow[] rows)
    {
        int width = network.Layout.OutputWidth;
        float[] expected = ScoredColumns.Predictions(network.Task, scored), actual = new float[rows.Length * width];
        for (int i = 0; i < rows.Length; i++)
            network.Predict(rows[i].Features, actual.AsSpan(i * width, width));
        Bits.AreEqual(expected, actual, "row by row");

        network.PredictBlock(rows.SelectMany(row => row.Features).ToArray(), rows.Length, actual);
        Bits.AreEqual(expected, actual, "in a block");

        for (int i = 0; i < rows.Length; i++)
            network.Predict([0, 1, 2, 3, 4], rows[i].Features, actual.AsSpan(i * width, width));
        for (int i = 0; i < actual.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])), "sparse");

        if (network.Task == LearningTask.Regression)
            return;
        int[] classes = ScoredColumns.Classes(scored);
        for (int i = 0; i < rows.Length; i++)
        {
            var predicted = network.PredictClass(rows[i].Features);
            Assert.AreEqual(classes[i], predicted.Index);
            Assert.AreEqual(predicted.Index, network.PredictClass([0, 1, 2, 3, 4], rows[i].Features).Index);
            Assert.AreEqual(network.ClassNames?[predicted.Index], predicted.Name);
            float probability = network.Task == LearningTask.BinaryClassification && predicted.Index == 0 ? 1 - expected[i] : expected[(i * width) + (width == 1 ? 0 : predicted.Index)];
            Assert.AreEqual(probability, predicted.Probability);
        }
    }

    private TrainedNetwork Network(string task)
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(3));
        return task switch
        {
            "Binary" => TestTransformers.Binary(_ml, data.Schema).Model.Network,
            "Multiclass" => TestTransformers.Multiclass(_ml, data.Schema).Model.Network,
            _ => TestTransformers.Regression(_ml, data.Schema).Model.Network,
        };
    }

    private static TrainedNetwork Linear(LearningTask task, float[] parameters) =>
        new(new NetworkLayout(Layer.Linear(parameters.Length / 2), 1), parameters, [], TestNetworks.History(), new NetworkSignature(task));
}
