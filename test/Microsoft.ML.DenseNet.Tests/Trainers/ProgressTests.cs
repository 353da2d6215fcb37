using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What training tells of its state is what ML.NET finds of the finished model.</summary>
[TestClass]
public sealed class ProgressTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TheLastMetricAndPredictionsAreThoseOfTheModel(TaskCase task)
    {
        var train = TestTransformers.Data(_ml, ScoringRow.Create(80));
        var rows = ScoringRow.Create(60, seed: 3);
        var validation = TestTransformers.Data(_ml, rows);
        IReadOnlyList<float[]> predictions = [];
        dynamic trainer = task.Trainer(_ml, options =>
        {
            options.ExampleWeightColumnName = nameof(ScoringRow.Weight);
            options.NumberOfEpochs = 8;
            options.LearningRate = 0.02;
            options.RestoreBestWeights = false;
            options.Progress = progress => predictions = progress.Predict(rows.Select(row => row.Features));
        });
        var transformer = (ITransformer)trainer.Fit(train, validation);
        var scored = transformer.Transform(validation);
        double metric = task.NetworkOf(transformer).History[^1].ValidationMetric!.Value;

        float[] expected = task.Name switch
        {
            "Binary" => [.. scored.GetColumn<float>("Probability")],
            "Multiclass" => [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)],
            _ => [.. scored.GetColumn<float>("Score")],
        };
        CollectionAssert.AreEqual(expected, predictions.SelectMany(row => row).ToArray(), SingleRounding.Comparer);

        double Weighted(Func<int, double> value) => rows.Select((row, i) => row.Weight * value(i)).Sum() / rows.Sum(row => row.Weight);
        uint[] keys = [.. validation.GetColumn<uint>("Key")];
        double mean = Weighted(i => rows[i].Value);
        double truth = task.Name switch
        {
            "Binary" => Weighted(i => predictions[i][0] > 0.5 == rows[i].Flag ? 1 : 0),
            "Multiclass" => Weighted(i => Array.IndexOf(predictions[i], predictions[i].Max()) == keys[i] - 1 ? 1 : 0),
            _ => 1 - Weighted(i => Math.Pow(predictions[i][0] - rows[i].Value, 2)) / Weighted(i => Math.Pow(rows[i].Value - mean, 2)),
        };
        Assert.AreEqual(truth, metric, 1e-4);
    }
}
