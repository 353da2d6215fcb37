using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Labels that are keys: missing, unknown to the key type, and beyond it.</summary>
[TestClass]
public sealed class LabelKeyTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(DataPlacement.Auto)]
    [DataRow(DataPlacement.Stream)]
    public void AClassThatTheMapDoesNotKnowIsExplainedAndTheRemediesWork(DataPlacement placement)
    {
        var rows = ScoringRow.Create(30);
        var map = _ml.Transforms.Conversion.MapValueToKey("Key", "Class").Fit(_ml.Data.LoadFromEnumerable(rows));
        rows[20].Class = "unknown";
        var unknown = map.Transform(_ml.Data.LoadFromEnumerable(rows));
        string message = Refusal(unknown, placement);
        Assert.StartsWith("Column 'Key' has key 0, which means no value, at row 20 (counted from 0). ", message);
        Assert.Contains("not among the 3 values of the column's key type", message);

        // Each remedy, followed.
        Train(_ml.Data.FilterRowsByMissingValues(unknown, "Key"), placement);
        Assert.Contains("FilterRowsByMissingValues", message);
        Train(_ml.Transforms.Conversion.MapValueToKey("Key", "Class").Fit(_ml.Data.LoadFromEnumerable(rows)).Transform(_ml.Data.LoadFromEnumerable(rows)), placement);
        Assert.Contains("fit MapValueToKey on data that holds every label", message);
        var all = _ml.Data.LoadFromEnumerable(ScoringRow.ClassNames.Append("unknown").Select(name => new Name { Class = name }));
        Train(_ml.Transforms.Conversion.MapValueToKey("Key", "Class", keyData: all).Fit(_ml.Data.LoadFromEnumerable(rows)).Transform(_ml.Data.LoadFromEnumerable(rows)), placement);
        Assert.Contains("keyData", message);
    }

    [TestMethod]
    public void AKeyAboveItsKeyTypeIsExplainedAndTheRemedyWorks()
    {
        KeyRow[] rows = [.. Enumerable.Range(0, 20).Select(i => new KeyRow { Features = [i, -i], Label = (uint)(i % 5), Wide = (uint)(i % 5) })];
        Train(_ml.Data.LoadFromEnumerable(rows), DataPlacement.Auto, "Label");
        rows[11].Label = rows[11].Wide = 5;
        var data = _ml.Data.LoadFromEnumerable(rows);
        string message = Refusal(data, DataPlacement.Auto, "Label");
        Assert.StartsWith("Column 'Label' has key 0, which means no value, at row 11 ", message);
        Assert.Contains("values of a property with [KeyType(n)] go from 0 to n - 1", message);
        Train(data, DataPlacement.Auto, "Wide");
    }

    [TestMethod]
    public void ALabelThatIsMissingIsCalledSo()
    {
        var rows = ScoringRow.Create(20);
        rows[13].Class = null!;
        string message = Refusal(TestTransformers.Data(_ml, rows), DataPlacement.Auto);
        Assert.StartsWith("Column 'Key' has key 0, which means no value, at row 13 ", message);
        Assert.Contains("to a row without a label", message);
        Assert.Contains("Remove rows without a label", message);

        // A number has no key type to speak of.
        rows = ScoringRow.Create(20);
        rows[13].Value = float.NaN;
        message = Assert.ThrowsExactly<InvalidOperationException>(() => TaskCase.Regression.Trainer(_ml, null).Fit(TestTransformers.Data(_ml, rows))).Message;
        Assert.AreEqual("Column 'Value' has no value at row 13 (counted from 0). Remove such rows, for example with mlContext.Data.FilterRowsByMissingValues.", message);
    }

    [TestMethod]
    [DataRow(DataPlacement.Auto)]
    [DataRow(DataPlacement.Stream)]
    public void AKeyThatADataViewHandsOutThoughItsTypeDoesNotHoldItIsNamed(DataPlacement placement)
    {
        foreach (int key in (int[])[4, 1_000_000])
        {
            var good = new GeneratedView(50, 6, row => GeneratedRows.Classes(row) with { Label = 1 + (row % 3) }, keys: 3);
            var bad = new GeneratedView(50, 6, row => GeneratedRows.Classes(row) with { Label = row == 31 ? key : 1 + (row % 3) }, keys: 3);
            var trainer = _ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { HiddenUnits = [4], NumberOfEpochs = 1, DataPlacement = placement });
            trainer.Fit(good, good);
            Assert.StartsWith($"Column 'Label' has key {key}, where its type has 3, at row 31 ", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(bad)).Message);
            Assert.StartsWith($"Column 'Label' of the validation data has key {key}, where its type has 3, at row 31 ", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(good, bad)).Message);
        }
    }

    private string Refusal(IDataView data, DataPlacement placement, string label = "Key") =>
        Assert.ThrowsExactly<InvalidOperationException>(() => Train(data, placement, label)).Message;

    private void Train(IDataView data, DataPlacement placement, string label = "Key") =>
        _ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { LabelColumnName = label, HiddenUnits = [4], NumberOfEpochs = 1, DataPlacement = placement }).Fit(data);

    private sealed class Name
    {
        public string Class { get; set; } = "";
    }

    private sealed class KeyRow
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        [KeyType(5)]
        public uint Label { get; set; }

        [KeyType(6)]
        public uint Wide { get; set; }
    }
}
