using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What target encoding makes of new rows, and of the rows that it was fitted to.</summary>
[TestClass]
public sealed class TargetEncodingTests
{
    private const double Smoothing = 7;

    private readonly MLContext _ml = new(seed: 1);
    private readonly CategoryRow[] _rows = CategoryRow.Create(200);

    [TestMethod]
    [DataRow("Label")]
    [DataRow("Amount")]
    public void New_rows_get_the_shrunk_mean_of_all_training_rows(string label)
    {
        Func<CategoryRow, double> target = label == "Label" ? row => row.Label ? 1 : 0 : row => row.Amount;
        var model = Fit(_rows, label);
        CategoryRow[] rows = [.. CategoryRow.Create(30, seed: 2), new CategoryRow { City = "Paris" }];
        float[] encoded = [.. model.Transform(Data(rows)).GetColumn<float>("Out")];
        for (int i = 0; i < rows.Length; i++)
            Assert.AreEqual(Shrunk(_rows.Where(row => row.City == rows[i].City), target), encoded[i], 1e-5 * Math.Max(1, encoded[i]));
    }

    [TestMethod]
    public void Classes_become_a_slot_each()
    {
        var data = _ml.Transforms.Conversion.MapValueToKey("Key2", "Group").Fit(Data(_rows)).Transform(Data(_rows));
        var model = _ml.Transforms.Categorical.TargetEncoding("Out", "Texts", "Key2", smoothing: Smoothing).Then(new FitProbe(_ml)).Fit(data);
        var encoded = model.Transform(data);
        VBuffer<ReadOnlyMemory<char>> names = default;
        encoded.Schema["Out"].GetSlotNames(ref names);
        string[] slotNames = [.. names.DenseValues().Select(name => name.ToString())];
        string[] groups = [.. _rows.Select(row => row.Group).Distinct()];
        CollectionAssert.AreEqual(Enumerable.Range(0, 3).SelectMany(slot => groups.Select(group => $"{slot}.{group}")).ToArray(), slotNames);

        float[] first = encoded.GetColumn<float[]>("Out").First();
        for (int slot = 0; slot < 3; slot++)
        {
            for (int group = 0; group < groups.Length; group++)
            {
                double expected = Shrunk(_rows.Where(row => row.Texts[slot] == _rows[0].Texts[slot]), row => row.Group == groups[group] ? 1 : 0);
                Assert.AreEqual(expected, first[(slot * groups.Length) + group], 1e-6);
            }
        }
    }

    [TestMethod]
    public void Log_odds_are_of_the_mean_and_finite_where_a_class_never_occurs()
    {
        float[] means = [.. Fit(_rows, "Label").Transform(Data(_rows)).GetColumn<float>("Out")];
        float[] logits = [.. Fit(_rows, "Label", TargetEncodingKind.LogOdds).Transform(Data(_rows)).GetColumn<float>("Out")];
        for (int i = 0; i < means.Length; i++)
            Assert.AreEqual(Math.Log(means[i] / (1 - means[i])), logits[i], 1e-5);

        CategoryRow[] none = [.. _rows.Where(row => !row.Label)];
        float[] least = [.. Fit(none, "Label", TargetEncodingKind.LogOdds).Transform(Data(none)).GetColumn<float>("Out")];
        Assert.AreEqual(Math.Log(0.5 / (none.Length - 0.5)), least[0], 1e-5);
    }

    [TestMethod]
    public void Rows_without_a_label_say_nothing()
    {
        CategoryRow[] labeled = [.. _rows.Where((_, i) => i % 3 != 0)];
        CategoryRow[] rows = [.. _rows.Select((row, i) => i % 3 == 0 ? new CategoryRow { City = row.City, Amount = float.NaN } : row)];
        CollectionAssert.AreEqual(
            Fit(labeled, "Amount").Transform(Data(_rows)).GetColumn<float>("Out").ToArray(),
            Fit(rows, "Amount").Transform(Data(_rows)).GetColumn<float>("Out").ToArray());
    }

    [TestMethod]
    public void A_training_row_is_not_encoded_with_its_own_label()
    {
        // Without smoothing the mean of all labels, which every encoding would otherwise contain a little of, stays out of the way.
        float[] before = TrainingEncoding(_rows, smoothing: 0);
        int changedOthers = 0;
        for (int changed = 0; changed < 40; changed++)
        {
            CategoryRow[] rows = [.. _rows.Select((row, i) => i == changed ? new CategoryRow { City = row.City, Amount = row.Amount + 1000 } : row)];
            float[] after = TrainingEncoding(rows, smoothing: 0);
            Assert.AreEqual(before[changed], after[changed], $"row {changed}");
            changedOthers += after.Zip(before).Count(pair => pair.First != pair.Second);
        }

        Assert.IsGreaterThan(40 * 15, changedOthers, "Other rows of the city are encoded by it.");
    }

    [TestMethod]
    public void With_a_sampling_key_a_row_is_encoded_without_the_labels_of_its_group()
    {
        float[] before = TrainingEncoding(_rows, smoothing: 0, samplingKey: "Group");
        float[] beforeByRow = TrainingEncoding(_rows, smoothing: 0);
        int leaking = 0;
        foreach (string group in _rows.Select(row => row.Group).Distinct())
        {
            CategoryRow[] rows = [.. _rows.Select(row => row.Group == group ? new CategoryRow { City = row.City, Group = group, Amount = row.Amount + 1000 } : row)];
            float[] after = TrainingEncoding(rows, smoothing: 0, samplingKey: "Group");
            float[] afterByRow = TrainingEncoding(rows, smoothing: 0);
            foreach (int i in Enumerable.Range(0, _rows.Length).Where(i => _rows[i].Group == group))
            {
                Assert.AreEqual(before[i], after[i], $"group {group}, row {i}");
                leaking += beforeByRow[i] != afterByRow[i] ? 1 : 0;
            }
        }

        Assert.IsGreaterThan(20, leaking, "Without the key, rows of a group are encoded by each other.");
    }

    [TestMethod]
    public void A_value_in_one_training_row_is_encoded_as_unseen_there()
    {
        CategoryRow[] rows = [.. _rows.Select((row, i) => new CategoryRow { City = $"city {i}", Amount = row.Amount })];
        float mean = (float)rows.Average(row => (double)row.Amount);
        foreach (float value in TrainingEncoding(rows, Smoothing))
            Assert.AreEqual(mean, value, 1e-4);
    }

    [TestMethod]
    public void Shuffled_and_parallel_cursors_and_a_cache_find_every_row_in_its_fold()
    {
        var probe = new FitProbe(_ml);
        var pipeline = _ml.Transforms.Categorical.TargetEncoding("Out", "City", "Amount").Then(probe);
        pipeline.Fit(_ml.Data.Cache(Data(CategoryRow.Create(2000))));
        var expected = ById([probe.Seen!.GetRowCursor([probe.Seen.Schema["Out"]])]);
        Assert.HasCount(2000, expected);
        Assert.IsTrue(probe.Seen.CanShuffle);
        var cached = _ml.Data.Cache(probe.Seen);
        foreach (var cursors in new[]
        {
            [probe.Seen.GetRowCursor([probe.Seen.Schema["Out"]], new Random(3))],
            probe.Seen.GetRowCursorSet([probe.Seen.Schema["Out"]], 4, new Random(4)),
            [cached.GetRowCursor([cached.Schema["Out"]], new Random(5))],
        })
        {
            var actual = ById(cursors);
            Assert.HasCount(2000, actual);
            foreach (var (id, value) in expected)
                Assert.AreEqual(value, actual[id]);
        }
    }

    [TestMethod]
    public void The_same_data_give_the_same_model()
    {
        CollectionAssert.AreEqual(TrainingEncoding(_rows, Smoothing), TrainingEncoding(_rows, Smoothing));
        CollectionAssert.AreEqual(Saved(), Saved());

        byte[] Saved()
        {
            var entries = ZipParts.Read(_ml, Fit(_rows, "Amount"), Data(_rows).Schema);
            return entries.Single(entry => entry.Name.EndsWith("Encoding", StringComparison.Ordinal)).Content;
        }
    }

    [TestMethod]
    [DataRow("Label")]
    [DataRow("Amount")]
    [DataRow("Class")]
    public void It_passes_the_checks_of_every_estimator(string label)
    {
        var data = Data(_rows);
        var encoding = _ml.Transforms.Categorical.TargetEncoding([new("A", "City"), new("B", "Texts"), new("Key")], label);
        EstimatorChecks.Run(encoding.Then(_ml.Transforms.CopyColumns("Copy", "B")), data, invalidData: _ml.Transforms.DropColumns("City").Fit(data).Transform(data));
    }

    [TestMethod]
    public void What_cannot_be_encoded_is_named()
    {
        var categorical = _ml.Transforms.Categorical;
        Assert.ThrowsExactly<ArgumentException>(() => categorical.TargetEncoding(""));
        Assert.ThrowsExactly<ArgumentException>(() => categorical.TargetEncoding("A", labelColumnName: ""));
        Assert.ThrowsExactly<ArgumentException>(() => categorical.TargetEncoding([new("A"), new("A")]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => categorical.TargetEncoding("A", smoothing: -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => categorical.TargetEncoding("A", smoothing: double.NaN));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => categorical.TargetEncoding("A", numberOfFolds: 1));
        Fails<ArgumentOutOfRangeException>("'Group': expected a number of type Single", categorical.TargetEncoding("City", labelColumnName: "Group"));
        Fails<ArgumentOutOfRangeException>("'Amount': expected a Boolean", categorical.TargetEncoding("City", labelColumnName: "Amount", outputKind: TargetEncodingKind.LogOdds));
        Fails<ArgumentOutOfRangeException>("'Absent'", categorical.TargetEncoding("City", labelColumnName: "Absent"));
        Fails<ArgumentOutOfRangeException>("'Amount': expected text", categorical.TargetEncoding("A", "Amount"));
        Fails<InvalidOperationException>("Sampling key column 'Absent'", categorical.TargetEncoding("City", samplingKeyColumnName: "Absent"));
        Fails<InvalidOperationException>("Sampling key column 'Amount' is Single", categorical.TargetEncoding("City", samplingKeyColumnName: "Amount"));
        Fails<InvalidOperationException>("fall into one of 5 folds", categorical.TargetEncoding("City"), _rows[..1]);
        Fails<InvalidOperationException>("Sampling key column 'City' needs more values", categorical.TargetEncoding("Out", "Group", samplingKeyColumnName: "City"), [.. _rows.Where(row => row.City == "Ulm")]);
        Fails<InvalidOperationException>("No row has a label in column 'Amount'", categorical.TargetEncoding("City", labelColumnName: "Amount"), [new CategoryRow { Amount = float.NaN }]);
        Fails<InvalidOperationException>("'Amount' is Infinity in row 1", categorical.TargetEncoding("City", labelColumnName: "Amount"), [new CategoryRow(), new CategoryRow { Amount = float.PositiveInfinity }]);
    }

    private void Fails<TException>(string message, TargetEncoding encoding, CategoryRow[]? rows = null)
        where TException : Exception => StringAssert.Contains(Assert.ThrowsExactly<TException>(() => encoding.Then(new FitProbe(_ml)).Fit(Data(rows ?? _rows))).Message, message);

    private float[] TrainingEncoding(CategoryRow[] rows, double smoothing, string? samplingKey = null)
    {
        var probe = new FitProbe(_ml);
        _ml.Transforms.Categorical.TargetEncoding("Out", "City", "Amount", smoothing: smoothing, samplingKeyColumnName: samplingKey).Then(probe).Fit(Data(rows));
        return [.. probe.Seen!.GetColumn<float>("Out")];
    }

    private TransformerChain<ITransformer> Fit(CategoryRow[] rows, string label, TargetEncodingKind kind = TargetEncodingKind.Mean) =>
        _ml.Transforms.Categorical.TargetEncoding("Out", "City", label, kind, Smoothing).Then(new FitProbe(_ml)).Fit(Data(rows));

    private double Shrunk(IEnumerable<CategoryRow> rows, Func<CategoryRow, double> target) =>
        (rows.Sum(target) + (Smoothing * _rows.Average(target))) / (rows.Count() + Smoothing);

    private static Dictionary<DataViewRowId, float> ById(DataViewRowCursor[] cursors)
    {
        Dictionary<DataViewRowId, float> values = [];
        foreach (var cursor in cursors)
        {
            using (cursor)
            {
                var getId = cursor.GetIdGetter();
                var getter = cursor.GetGetter<float>(cursor.Schema["Out"]);
                DataViewRowId id = default;
                float value = 0;
                while (cursor.MoveNext())
                {
                    getId(ref id);
                    getter(ref value);
                    values.Add(id, value);
                }
            }
        }

        return values;
    }

    private IDataView Data(CategoryRow[] rows) => _ml.Data.LoadFromEnumerable(rows);
}
