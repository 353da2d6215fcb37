using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The snippets of docs/onnx.md, compiled and run; <see cref="MarkdownTests"/> finds each of them here.</summary>
[TestClass]
public sealed class OnnxSnippets
{
    [TestMethod]
    public void Saving()
    {
        var mlContext = new MLContext(seed: 1);
        var flowers = Flowers(mlContext);

        var pipeline = mlContext.Transforms.Concatenate("Features", "PetalLength", "PetalWidth")
            .Append(mlContext.Transforms.Conversion.MapValueToKey("Label", "Species"))
            .Append(mlContext.MulticlassClassification.Trainers.DenseNet());
        var model = pipeline.Fit(flowers);
        model.LastTransformer.SaveAsOnnx("model.onnx");

        mlContext.Model.Save(model, flowers.Schema, "model.zip");
        byte[] saved = File.ReadAllBytes("model.onnx");

        var loaded = (IEnumerable<ITransformer>)mlContext.Model.Load("model.zip", out _);
        loaded.OfType<DenseNetMulticlassTransformer>().Single().SaveAsOnnx("model.onnx");

        CollectionAssert.AreEqual(saved, File.ReadAllBytes("model.onnx"));

        VBuffer<ReadOnlyMemory<char>> species = default;
        model.GetOutputSchema(flowers.Schema)["PredictedLabel"].GetKeyValues(ref species);

        CollectionAssert.AreEquivalent(new[] { "setosa", "versicolor", "virginica" }, species.DenseValues().Select(name => name.ToString()).ToArray());

        var data = mlContext.Transforms.Concatenate("Features", "PetalLength", "PetalWidth").Fit(flowers).Transform(flowers);
        var scored = mlContext.Transforms.ApplyOnnxModel("model.onnx").Fit(data).Transform(data);

        CollectionAssert.AreEqual(
            model.Transform(flowers).GetColumn<uint>("PredictedLabel").ToArray(), scored.GetColumn<uint[]>("PredictedLabel").Select(label => label.Single()).ToArray());
    }

    private static IDataView Flowers(MLContext mlContext)
    {
        var rows = DenseNetDatasets.MakeClassification(rows: 150, features: 2, informative: 2, redundant: 0, classes: 3, separation: 3, noise: 0, clustersPerClass: 1);
        string[] species = ["setosa", "versicolor", "virginica"];
        return mlContext.Data.LoadFromEnumerable(rows.Features.Zip(rows.Labels, (row, label) =>
            new Flower { PetalLength = row[0], PetalWidth = row[1], Species = species[label] }).ToArray());
    }
}
