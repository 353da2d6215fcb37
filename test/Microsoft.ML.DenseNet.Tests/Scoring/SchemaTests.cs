using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Column for column and annotation for annotation, the output is what ML.NET's LightGBM gives on the same data.</summary>
[TestClass]
public sealed class SchemaTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Data => TestTransformers.Data(_ml, ScoringRow.Create(60));

    [TestMethod]
    public void Binary()
    {
        var data = Data;
        var trainer = _ml.BinaryClassification.Trainers.LightGbm(nameof(ScoringRow.Flag), numberOfIterations: 2);
        Check(trainer.Fit(data), TestTransformers.Binary(_ml, data.Schema), data);
    }

    [TestMethod]
    public void Multiclass_of_texts()
    {
        var data = Data;
        Check(LightGbmMulticlass(data), TestTransformers.Multiclass(_ml, data.Schema), data);
        Assert.IsTrue(TestTransformers.Multiclass(_ml, data.Schema).GetOutputSchema(data.Schema)["Score"].HasSlotNames());
    }

    [TestMethod]
    public void Multiclass_of_numbers()
    {
        var rows = ScoringRow.Create(60);
        for (int i = 0; i < rows.Length; i++)
            rows[i].Weight = i % 3;
        var data = _ml.Data.LoadFromEnumerable(rows);
        data = _ml.Transforms.Conversion.MapValueToKey("Key", nameof(ScoringRow.Weight)).Fit(data).Transform(data);
        Check(LightGbmMulticlass(data), TestTransformers.Multiclass(_ml, data.Schema), data);
    }

    [TestMethod]
    public void Multiclass_of_keys_without_values()
    {
        var rows = ScoringRow.Create(60);
        var data = _ml.Transforms.CustomMapping(
            new CustomKeyMapping().GetMapping(), contractName: null).Fit(_ml.Data.LoadFromEnumerable(rows)).Transform(_ml.Data.LoadFromEnumerable(rows));
        Check(LightGbmMulticlass(data), TestTransformers.Multiclass(_ml, data.Schema), data);
    }

    [TestMethod]
    public void Regression()
    {
        var data = Data;
        var trainer = _ml.Regression.Trainers.LightGbm(nameof(ScoringRow.Value), numberOfIterations: 2);
        Check(trainer.Fit(data), TestTransformers.Regression(_ml, data.Schema), data);
    }

    [TestMethod]
    public void A_second_scorer_gets_the_next_score_set()
    {
        var data = Data;
        var first = TestTransformers.Binary(_ml, data.Schema).Transform(data);
        var ours = TestTransformers.Binary(_ml, data.Schema).Transform(first);
        var theirs = _ml.BinaryClassification.Trainers.LightGbm(nameof(ScoringRow.Flag), numberOfIterations: 2).Fit(data).Transform(first);
        DataViewAssert.SameSchema(theirs.Schema, ours.Schema);
    }

    private MulticlassPredictionTransformer<OneVersusAllModelParameters> LightGbmMulticlass(IDataView data) =>
        _ml.MulticlassClassification.Trainers.LightGbm("Key", numberOfIterations: 2).Fit(data);

    private static void Check(ITransformer theirs, ITransformer ours, IDataView data)
    {
        var expected = theirs.GetOutputSchema(data.Schema);
        DataViewAssert.SameSchema(expected, ours.GetOutputSchema(data.Schema), "GetOutputSchema");
        DataViewAssert.SameSchema(expected, ours.Transform(data).Schema, "Transform");
        DataViewAssert.SameSchema(expected, ours.GetRowToRowMapper(data.Schema).OutputSchema, "GetRowToRowMapper");
        DataViewAssert.SameSchema(expected, EstimatorChecks.SaveAndLoad(ours, data.Schema, out _).GetOutputSchema(data.Schema), "loaded");
    }

    private sealed class CustomKeyMapping : CustomMappingFactory<ScoringRow, CustomKeyMapping.Output>
    {
        public override Action<ScoringRow, Output> GetMapping() => (row, output) =>
            output.Key = (uint)Array.IndexOf(ScoringRow.ClassNames, row.Class) + 1;

        internal sealed class Output
        {
            [KeyType(3)]
            public uint Key { get; set; }
        }
    }
}
