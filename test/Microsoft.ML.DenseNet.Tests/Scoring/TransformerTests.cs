using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class TransformerTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly ScoringRow[] _rows = ScoringRow.Create(60);

    [TestMethod]
    public void Binary_scores_are_the_logit_its_sigmoid_and_its_sign()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = TestTransformers.Binary(_ml, data.Schema);
        var predictions = Predictions<BinaryPrediction>(transformer, data);

        for (int i = 0; i < _rows.Length; i++)
        {
            double logit = ReferenceNetwork.Predict(transformer.Model.Network, _rows[i].Features)[0];
            Assert.AreEqual(logit, predictions[i].Score, 1e-4);
            Assert.AreEqual(1 / (1 + Math.Exp(-logit)), predictions[i].Probability, 1e-5);
            Assert.AreEqual(predictions[i].Score > 0, predictions[i].PredictedLabel);
        }

        Assert.IsTrue(predictions.Any(p => p.PredictedLabel) && predictions.Any(p => !p.PredictedLabel));
    }

    [TestMethod]
    public void Multiclass_scores_are_probabilities_and_the_label_is_the_likeliest()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = TestTransformers.Multiclass(_ml, data.Schema);
        var predictions = Predictions<MulticlassPrediction>(transformer, data);

        for (int i = 0; i < _rows.Length; i++)
        {
            double[] logits = ReferenceNetwork.Predict(transformer.Model.Network, _rows[i].Features);
            double sum = logits.Sum(Math.Exp);
            float[] score = predictions[i].Score;
            Assert.HasCount(logits.Length, score);
            for (int k = 0; k < logits.Length; k++)
                Assert.AreEqual(Math.Exp(logits[k]) / sum, score[k], 1e-5);
            Assert.AreEqual((uint)Array.IndexOf(score, score.Max()) + 1, predictions[i].PredictedLabel);
        }

        Assert.IsGreaterThan(1, predictions.Select(p => p.PredictedLabel).Distinct().Count());
    }

    [TestMethod]
    public void Regression_scores_are_the_output()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = TestTransformers.Regression(_ml, data.Schema);
        var predictions = Predictions<RegressionPrediction>(transformer, data);

        for (int i = 0; i < _rows.Length; i++)
            Assert.AreEqual(ReferenceNetwork.Predict(transformer.Model.Network, _rows[i].Features)[0], predictions[i].Score, 1e-4);
    }

    [TestMethod]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void Saved_and_loaded_it_scores_the_same_bits(string task)
    {
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = TestTransformers.Create(_ml, task, data.Schema);
        using var stream = new MemoryStream();
        _ml.Model.Save(transformer, data.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out var schema);

        Assert.HasCount(data.Schema.Count, schema);
        CollectionAssert.AreEqual(Scores(transformer.Transform(data)), Scores(loaded.Transform(data)));
    }

    private static List<float> Scores(IDataView scored) => scored.Schema["Score"].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>("Score").SelectMany(score => score)]
        : [.. scored.GetColumn<float>("Score")];

    private List<T> Predictions<T>(ITransformer transformer, IDataView data)
        where T : class, new() =>
        [.. _ml.Data.CreateEnumerable<T>(transformer.Transform(data), reuseRowObject: false)];
}
