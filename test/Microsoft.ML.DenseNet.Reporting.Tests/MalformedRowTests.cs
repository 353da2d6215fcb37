using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Rows that ML.NET passes on though they break its own rules.</summary>
[TestClass]
public sealed class MalformedRowTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(new[] { 1, 5 })]
    [DataRow(new[] { -1, 2 })]
    [DataRow(new[] { 2, 1 })]
    [DataRow(new[] { 2, 2 })]
    public void Bad_indices_are_named(int[] indices) => IsNamed(new VBuffer<float>(5, 2, [1, 2], indices), "must ascend");

    [TestMethod]
    public void Another_length_is_named() => IsNamed(new VBuffer<float>(4, [1, 2, 3, 4]), "holds a vector of 4, where its type says 5,");

    [TestMethod]
    public void Sparse_rows_are_read_with_their_zeros()
    {
        var data = Data([new Row { Features = new VBuffer<float>(5, 2, [1, 2], [1, 4]) }, new Row { Features = new VBuffer<float>(5, [1, 2, 3, 4, 5]), Label = true }]);
        var summary = DatasetSummary.Read(data, "Label", "Features");
        CollectionAssert.AreEqual(new float[] { 0, 1, 0, 0, 2 }, summary.SampleFeatures[0]);
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5 }, summary.SampleFeatures[1]);
    }

    private void IsNamed(VBuffer<float> bad, string words)
    {
        Row[] rows = [.. Enumerable.Range(0, 10).Select(row => new Row { Features = row == 6 ? bad : new VBuffer<float>(5, [1, 2, 3, 4, 5]), Label = row % 2 == 0 })];
        Check(() => new ProbabilityRecorder(Data(rows)));
        Check(() => DatasetSummary.Read(Data(rows), "Label", "Features"));

        void Check(Func<object> read)
        {
            string message = Assert.ThrowsExactly<InvalidOperationException>(read).Message;
            Assert.StartsWith("Column 'Features' h", message);
            Assert.Contains("at row 6 (counted from 0)", message);
            Assert.Contains(words, message);
        }
    }

    private IDataView Data(IEnumerable<Row> rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 5);
        return _ml.Data.LoadFromEnumerable(rows, schema);
    }

    private sealed class Row
    {
        public VBuffer<float> Features { get; set; }

        public bool Label { get; set; }
    }
}
