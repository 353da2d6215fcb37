using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Counts compared with those that LINQ makes of the same rows.</summary>
[TestClass]
public sealed class CountEncodingTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly CategoryRow[] _rows = CategoryRow.Create(200);

    private static readonly Dictionary<string, Func<CategoryRow, object>> Scalars = new()
    {
        [nameof(CategoryRow.City)] = row => row.City,
        [nameof(CategoryRow.Key)] = row => row.Key,
        [nameof(CategoryRow.Flag)] = row => row.Flag,
        [nameof(CategoryRow.SByte)] = row => row.SByte,
        [nameof(CategoryRow.Byte)] = row => row.Byte,
        [nameof(CategoryRow.Int16)] = row => row.Int16,
        [nameof(CategoryRow.UInt16)] = row => row.UInt16,
        [nameof(CategoryRow.Int32)] = row => row.Int32,
        [nameof(CategoryRow.UInt32)] = row => row.UInt32,
        [nameof(CategoryRow.Int64)] = row => row.Int64,
        [nameof(CategoryRow.UInt64)] = row => row.UInt64,
    };

    public static IEnumerable<object[]> Columns => Scalars.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Columns))]
    public void Each_value_becomes_its_number_of_rows(string column)
    {
        var value = Scalars[column];
        var counts = _rows.GroupBy(value).ToDictionary(group => group.Key, group => group.Count());
        var transformer = _ml.Transforms.Categorical.CountEncoding("Out", column).Fit(Data(_rows));

        // Other rows, some of whose values did not occur.
        var others = CategoryRow.Create(100, seed: 2);
        float[] expected = [.. others.Select(row => (float)counts.GetValueOrDefault(value(row)))];
        CollectionAssert.AreEqual(expected, Numbers(transformer.Transform(Data(others)), "Out"));
    }

    [TestMethod]
    public void A_share_and_a_logarithm_are_of_the_count()
    {
        var counts = _rows.GroupBy(row => row.City).ToDictionary(group => group.Key, group => group.Count());
        var data = Data(_rows);
        float[] shares = Numbers(_ml.Transforms.Categorical.CountEncoding("Out", "City", CountEncodingKind.Share).Fit(data).Transform(data), "Out");
        float[] logarithms = Numbers(_ml.Transforms.Categorical.CountEncoding("Out", "City", CountEncodingKind.LogCount).Fit(data).Transform(data), "Out");
        for (int row = 0; row < _rows.Length; row++)
        {
            Assert.AreEqual(counts[_rows[row].City] / 200.0, shares[row], 1e-7);
            Assert.AreEqual(Math.Log(1 + counts[_rows[row].City]), logarithms[row], 1e-6);
        }
    }

    [TestMethod]
    [DataRow(CountEncodingKind.Count)]
    [DataRow(CountEncodingKind.Share)]
    [DataRow(CountEncodingKind.LogCount)]
    public void An_unseen_value_becomes_zero(CountEncodingKind kind)
    {
        var transformer = _ml.Transforms.Categorical.CountEncoding("City", outputKind: kind).Fit(Data(_rows));
        CollectionAssert.AreEqual(new[] { 0f }, Numbers(transformer.Transform(Data([new CategoryRow { City = "Paris" }])), "City"));
    }

    [TestMethod]
    public void Missing_values_are_counted_as_one_value_and_are_unseen_where_none_was_missing()
    {
        var transformer = _ml.Transforms.Categorical.CountEncoding([new("A", "City"), new("B", "Group")]).Fit(Data(_rows));
        var encoded = transformer.Transform(Data([new CategoryRow()]));
        CollectionAssert.AreEqual(new float[] { _rows.Count(row => row.City == "") }, Numbers(encoded, "A"));
        CollectionAssert.AreEqual(new[] { 0f }, Numbers(encoded, "B"));
    }

    [TestMethod]
    public void Each_slot_of_a_vector_is_counted_by_itself()
    {
        var data = Data(_rows);
        var encoded = _ml.Transforms.Categorical.CountEncoding([new("A", "Texts"), new("B", "Numbers")]).Fit(data).Transform(data);
        float[][] texts = [.. encoded.GetColumn<float[]>("A")], numbers = [.. encoded.GetColumn<float[]>("B")];
        for (int row = 0; row < _rows.Length; row++)
        {
            CollectionAssert.AreEqual(Enumerable.Range(0, 3).Select(slot => (float)_rows.Count(other => other.Texts[slot] == _rows[row].Texts[slot])).ToArray(), texts[row]);
            CollectionAssert.AreEqual(Enumerable.Range(0, 2).Select(slot => (float)_rows.Count(other => other.Numbers[slot] == _rows[row].Numbers[slot])).ToArray(), numbers[row]);
        }
    }

    [TestMethod]
    public void Sparse_vectors_count_like_dense_ones()
    {
        var schema = SchemaDefinition.Create(typeof(SparseRow));
        schema[nameof(SparseRow.Values)].ColumnType = new VectorDataViewType(NumberDataViewType.Int32, 3);
        SparseRow[] rows = [new(new VBuffer<int>(3, 1, [7], [1])), new(new VBuffer<int>(3, [0, 7, 2])), new(new VBuffer<int>(3, 0, [], []))];
        var data = _ml.Data.LoadFromEnumerable(rows, schema);
        var encoded = _ml.Transforms.Categorical.CountEncoding("Values").Fit(data).Transform(data);
        float[][] expected = [[3, 2, 2], [3, 2, 1], [3, 1, 2]];
        foreach (var (expectedRow, row) in expected.Zip(encoded.GetColumn<float[]>("Values")))
            CollectionAssert.AreEqual(expectedRow, row);
    }

    [TestMethod]
    public void Slot_names_go_with_the_counts()
    {
        var data = _ml.Transforms.Concatenate("Both", "City", "Group").Fit(Data(_rows)).Transform(Data(_rows));
        var encoded = _ml.Transforms.Categorical.CountEncoding("Out", "Both").Fit(data).Transform(data);
        VBuffer<ReadOnlyMemory<char>> names = default;
        encoded.Schema["Out"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "City", "Group" }, names.DenseValues().Select(name => name.ToString()).ToArray());
    }

    [TestMethod]
    public void It_passes_the_checks_of_every_estimator()
    {
        var data = _ml.Transforms.Concatenate("Both", "City", "Group").Fit(Data(_rows)).Transform(Data(_rows));
        var invalid = _ml.Transforms.DropColumns("City").Fit(data).Transform(data);
        var estimator = _ml.Transforms.Categorical.CountEncoding([.. Scalars.Keys.Select(name => new InputOutputColumnPair($"{name}Count", name)), new("Both"), new("TextsOut", "Texts")]);
        EstimatorChecks.Run(estimator, data);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(invalid));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(data).Transform(invalid));
    }

    [TestMethod]
    public void The_data_are_read_once()
    {
        var view = new ProbeView(50);
        var transformer = _ml.Transforms.Categorical.CountEncoding("Text").Fit(view);
        Assert.AreEqual(51, view.Moves);
        Assert.IsNotNull(transformer);
    }

    [TestMethod]
    [DataRow("Amount", "'Amount': expected text, a key, a Boolean or an integer", DisplayName = "a number")]
    [DataRow("Absent", "'Absent'", DisplayName = "no such column")]
    public void A_column_that_cannot_be_counted_is_named(string column, string message)
    {
        var estimator = _ml.Transforms.Categorical.CountEncoding("Out", column);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(Data(_rows))).Message, message);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShape.Create(Data(_rows).Schema))).Message, message);
    }

    [TestMethod]
    public void Vectors_of_unknown_size_are_refused()
    {
        var data = _ml.Transforms.Text.TokenizeIntoWords("Words", "City").Fit(Data(_rows)).Transform(Data(_rows));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Categorical.CountEncoding("Words").Fit(data)).Message, "'Words'");
    }

    [TestMethod]
    public void Another_key_type_than_in_training_is_refused()
    {
        var transformer = _ml.Transforms.Categorical.CountEncoding("Class").Fit(Data(_rows));
        var data = _ml.Transforms.Categorical.CountEncoding("Key").Fit(Data(_rows));
        var other = _ml.Transforms.CopyColumns("Class", "Key").Fit(Data(_rows)).Transform(Data(_rows));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => transformer.Transform(other)).Message, "'Class': expected Key<UInt32, 0-2>");
    }

    [TestMethod]
    public void Arguments_are_checked()
    {
        var categorical = _ml.Transforms.Categorical;
        Assert.ThrowsExactly<ArgumentException>(() => categorical.CountEncoding(""));
        Assert.ThrowsExactly<ArgumentException>(() => categorical.CountEncoding("A", ""));
        Assert.ThrowsExactly<ArgumentException>(() => categorical.CountEncoding([]));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => categorical.CountEncoding([new("A", "City"), new("A", "Group")])).Message, "Column 'A'");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => categorical.CountEncoding("A", "City", (CountEncodingKind)7));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => categorical.CountEncoding("City").Fit(Data([]))).Message, "no rows");
    }

    private IDataView Data(CategoryRow[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private static float[] Numbers(IDataView data, string column) => [.. data.GetColumn<float>(column)];

    private sealed record SparseRow(VBuffer<int> Values)
    {
        public VBuffer<int> Values { get; set; } = Values;
    }
}
