using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>ML.NET's CalculateFeatureContribution with our models, and our own extensions for transformers.</summary>
[TestClass]
public sealed class FeatureContributionTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly ScoringRow[] _rows = ScoringRow.Create(120);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ContributionsAreThoseOfTheNetwork(bool regression)
    {
        var (model, network, data) = Fit(regression);
        var transform = Calculate(model, 5, 5, normalize: false).Fit(data);
        var contributions = Read(transform.Transform(model.Transform(data)));
        for (int i = 0; i < _rows.Length; i++)
        {
            var expected = network.Explain(_rows[i].Features);
            CollectionAssert.AreEqual(expected.Contributions.ToArray(), contributions[i]);
            Assert.AreEqual(expected.Score, expected.BaseValue + expected.Contributions.Sum(), 1e-4 * (1 + Math.Abs(expected.Score)));
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void TheColumnIsThatOfLightGbm(bool regression)
    {
        var (model, network, data) = Fit(regression);
        var task = regression ? TaskCase.Regression : TaskCase.Binary;
        var ours = Calculate(model, 2, 1, normalize: true).Fit(data).Transform(data);
        var theirs = task.LightGbm(_ml).Fit(data) switch
        {
            ISingleFeaturePredictionTransformer<Trainers.ICalculateFeatureContribution> number => _ml.Transforms.CalculateFeatureContribution(number, 2, 1),
            var binary => _ml.Transforms.CalculateFeatureContribution((ISingleFeaturePredictionTransformer<Calibrators.CalibratedModelParametersBase<Trainers.LightGbm.LightGbmBinaryModelParameters, Calibrators.PlattCalibrator>>)binary, 2, 1),
        };
        var expected = theirs.Fit(data).Transform(data).Schema["FeatureContributions"];
        var column = ours.Schema["FeatureContributions"];
        Assert.AreEqual(expected.Type, column.Type);
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "x0", "x1", "x2", "x3", "x4" }, names.DenseValues().Select(name => name.ToString()).ToArray());

        // The two highest above 0 and the lowest below 0, divided by the largest.
        foreach (var (i, row) in Read(ours).Index())
        {
            float[] all = [.. network.Explain(_rows[i].Features).Contributions];
            float[] kept = [.. all.Where(value => value > 0).OrderDescending().Take(2), .. all.Where(value => value < 0).Order().Take(1)];
            float largest = kept.Max(MathF.Abs);
            for (int slot = 0; slot < all.Length; slot++)
                Assert.AreEqual(kept.Contains(all[slot]) ? all[slot] / largest : 0, row[slot], 1e-6, $"row {i}, slot {slot}");
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void APipelineIsSavedAndLoadsWithoutTorch(bool regression)
    {
        using var folder = new TemporaryFolder();
        var (model, network, data) = Fit(regression);
        var pipeline = new TransformerChain<ITransformer>(model, Calculate(model, 5, 5, normalize: false).Fit(data));
        string zip = folder["model.zip"], rows = folder["rows"], scores = folder["scores"];
        _ml.Model.Save(pipeline, data.Schema, zip);
        var loaded = new MLContext().Model.Load(zip, out _);
        float[] expected = [.. _rows.SelectMany(row => network.Explain(row.Features).Contributions)];
        CollectionAssert.AreEqual(expected, Read(loaded.Transform(data)).SelectMany(row => row).ToArray());

        File.WriteAllBytes(rows, System.Runtime.InteropServices.MemoryMarshal.AsBytes(_rows.SelectMany(row => row.Features).ToArray().AsSpan()).ToArray());
        string report = ScoringHostProcess.Run(zip, rows, ScoringRow.Width, scores);
        StringAssert.Contains(report, "TorchSharp loaded: False");
        float[] found = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(scores + ".contributions")).ToArray();
        CollectionAssert.AreEqual(expected, found);
    }

    [TestMethod]
    public void WithoutBackgroundRowsTheRemedyIsNamed()
    {
        var data = TestTransformers.Data(_ml, _rows);
        var model = (DenseNetRegressionTransformer)TaskCase.Regression.Trainer(_ml, null).Fit(data);
        var view = _ml.Transforms.CalculateFeatureContribution(model).Fit(data).Transform(data);
        var exception = Assert.Throws<Exception>(() => Read(view));
        StringAssert.Contains(exception.GetBaseException().Message, "The model stores no background rows");
        StringAssert.Contains(exception.GetBaseException().Message, "NumberOfBackgroundRows");
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TransformersExplainRowsOfAView(TaskCase task)
    {
        var data = TestTransformers.Data(_ml, _rows);
        var transformer = task.Trainer(_ml, null).Fit(data);
        var network = task.NetworkOf(transformer);
        var (background, explanations) = transformer switch
        {
            DenseNetBinaryTransformer binary => (binary.ChooseBackground(data, 12), (Func<ExplanationOptions, IEnumerable<Explanation>>)(options => binary.Explain(data, options))),
            DenseNetMulticlassTransformer multiclass => (multiclass.ChooseBackground(data, 12), options => multiclass.Explain(data, options)),
            var other => (((DenseNetRegressionTransformer)other).ChooseBackground(data, 12), options => ((DenseNetRegressionTransformer)other).Explain(data, options)),
        };
        Assert.AreEqual(12, background.Count);
        var stored = network.WithBackground(background);
        Explanation[] all = [.. explanations(new ExplanationOptions { Background = background })];
        Assert.HasCount(_rows.Length, all);
        for (int i = 0; i < 20; i++)
        {
            var expected = stored.Explain(_rows[i].Features);
            for (int output = 0; output < expected.Outputs.Count; output++)
                CollectionAssert.AreEqual(expected.Outputs[output].Contributions.ToArray(), all[i].Outputs[output].Contributions.ToArray());
            CollectionAssert.AreEqual(new[] { "x0", "x1", "x2", "x3", "x4" }, all[i].Features.Select(feature => feature.Name).ToArray());
        }

        if (task == TaskCase.Multiclass)
            CollectionAssert.AreEqual(network.ClassNames!.ToArray(), all[0].Outputs.Select(output => output.ClassName).ToArray());
    }

    private static float[][] Read(IDataView view) => [.. view.GetColumn<float[]>("FeatureContributions")];

    private (ITransformer Model, TrainedNetwork Network, IDataView Data) Fit(bool regression)
    {
        var data = TestTransformers.Data(_ml, _rows);
        var task = regression ? TaskCase.Regression : TaskCase.Binary;
        var model = task.Trainer(_ml, options => (options.HiddenUnits, options.NumberOfEpochs, options.NumberOfBackgroundRows) = ([16], 20, 16)).Fit(data);
        return (model, task.NetworkOf(model), data);
    }

    private FeatureContributionCalculatingEstimator Calculate(ITransformer model, int positive, int negative, bool normalize) => model is DenseNetRegressionTransformer regression
        ? _ml.Transforms.CalculateFeatureContribution(regression, positive, negative, normalize)
        : _ml.Transforms.CalculateFeatureContribution((DenseNetBinaryTransformer)model, positive, negative, normalize);
}
