using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Scoring in blocks against ML.NET's own scorer, which goes row by row.</summary>
[TestClass]
public sealed class BlockScoringTests
{
    private static readonly string[] Everything = ["Features", "Number", "Text", "Stamp", "Score", "Probability", "PredictedLabel"];

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(9)]
    [DataRow(40)]
    [DataRow(41)]
    [DataRow(169)]
    [DataRow(5000)]
    public void Every_task_gives_the_rows_of_the_scorer(int rows)
    {
        foreach (string task in TestTransformers.Tasks.Select(task => (string)task[0]))
            Same(task, rows, Everything);
    }

    [TestMethod]
    [DataRow("Score")]
    [DataRow("PredictedLabel")]
    [DataRow("Probability")]
    [DataRow("Probability Score")]
    [DataRow("Features Score")]
    [DataRow("Number PredictedLabel")]
    [DataRow("Features")]
    [DataRow("Text Number")]
    [DataRow("")]
    public void Any_columns_may_be_asked_for(string columns) => Same("Binary", 300, columns.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(8)]
    public void A_set_of_cursors_consolidates_to_the_rows_of_the_scorer(int n)
    {
        var view = new ProbeView(1000);
        var (blocks, scorer) = Transform("Multiclass", view);
        using var expected = scorer.GetRowCursor(Columns(scorer, Everything));
        var set = blocks.GetRowCursorSet(Columns(blocks, Everything), n);
        Assert.HasCount(n, set);
        using var actual = DataViewUtils.ConsolidateGeneric(((IHostEnvironment)_ml).Register("test"), set, 64);
        DataViewAssert.SameRows(expected, actual);
    }

    [TestMethod]
    public void A_shuffled_cursor_gives_the_same_order()
    {
        var (blocks, scorer) = Transform("Regression", new ProbeView(700));
        using var expected = scorer.GetRowCursor(Columns(scorer, Everything), new Random(5));
        using var actual = blocks.GetRowCursor(Columns(blocks, Everything), new Random(5));
        DataViewAssert.SameRows(expected, actual);
    }

    [TestMethod]
    public void Data_of_ML_NET_gives_the_rows_of_the_scorer()
    {
        var list = TestTransformers.Data(_ml, ScoringRow.Create(3000));
        var cached = _ml.Data.Cache(list);
        foreach (var data in new[]
        {
            list,
            cached,
            _ml.Data.ShuffleRows(cached, seed: 3),
            _ml.Data.TakeRows(_ml.Data.SkipRows(list, 7), 1000),
            _ml.Data.FilterRowsByColumn(list, "Value", 0, 1),
            _ml.Transforms.NormalizeMinMax("Features").Fit(list).Transform(list),
            TestTransformers.Regression(_ml, list.Schema).Transform(list),
        })
        {
            foreach (string task in TestTransformers.Tasks.Select(task => (string)task[0]))
            {
                var (blocks, scorer) = Transform(task, data);
                DataViewAssert.SameValues(scorer, blocks);
                Assert.AreEqual(scorer.GetRowCount(), blocks.GetRowCount());
                Assert.AreEqual(scorer.CanShuffle, blocks.CanShuffle);
                using var expected = scorer.GetRowCursor(Columns(scorer, "Score", "Value"), new Random(5));
                using var actual = blocks.GetRowCursor(Columns(blocks, "Score", "Value"), new Random(5));
                DataViewAssert.SameRows(expected, actual);
            }
        }
    }

    [TestMethod]
    public void What_follows_sees_the_same()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(2000));
        Follow(data);
        Follow(_ml.Data.Cache(data));
        Follow(_ml.Transforms.DropColumns("Thing", "Wide").Fit(new ProbeView(2000)).Transform(new ProbeView(2000)));
    }

    [TestMethod]
    public void A_block_ends_before_it_keeps_too_much()
    {
        var view = new ProbeView(200);
        var scored = TestTransformers.Regression(_ml, view.Schema).Transform(view);
        using var cursor = scored.GetRowCursor(Columns(scored, "Score", "Wide"));
        var score = DataViewAssert.Reader(cursor, scored.Schema["Score"]);
        var wide = cursor.GetGetter<VBuffer<float>>(scored.Schema["Wide"]);
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            score();
            wide(ref value);
            Assert.IsLessThan(1 + ((1 << 20) / ProbeView.WideWidth), view.Moves - (cursor.Position + 1));
        }
    }

    private void Follow(IDataView data)
    {
        var (blocks, scorer) = Transform("Multiclass", data);
        IEstimator<ITransformer> follower = scorer.Schema["PredictedLabel"].HasKeyValues()
            ? _ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel")
            : _ml.Transforms.NormalizeMinMax("Score");
        var names = follower.Fit(scorer);
        DataViewAssert.SameValues(names.Transform(scorer), names.Transform(blocks));
        DataViewAssert.SameValues(_ml.Data.Cache(scorer), _ml.Data.Cache(blocks));
        DataViewAssert.SameValues(_ml.Data.ShuffleRows(scorer, seed: 2), _ml.Data.ShuffleRows(blocks, seed: 2));
    }

    [TestMethod]
    public void Values_that_cannot_be_read_twice_stay_together()
    {
        var view = new ProbeView(500) { Unrepeatable = true };
        var transformer = TestTransformers.Regression(_ml, view.Schema);
        var scored = transformer.Transform(view);
        using var cursor = scored.GetRowCursor(Columns(scored, "Score", "Features", "Stamp"));
        var readScore = cursor.GetGetter<float>(scored.Schema["Score"]);
        var readFeatures = cursor.GetGetter<VBuffer<float>>(scored.Schema["Features"]);
        var readStamp = cursor.GetGetter<long>(scored.Schema["Stamp"]);
        float score = 0;
        float[] output = new float[1];
        VBuffer<float> features = default;
        long stamp = 0;
        long previous = 0;
        while (cursor.MoveNext())
        {
            readScore(ref score);
            readFeatures(ref features);
            readStamp(ref stamp);
            Assert.AreEqual(++previous, stamp);
            transformer.Model.Network.ComputeOutputs(features, output);
            Assert.AreEqual(output[0], score);
        }

        Assert.AreEqual(500, previous);
    }

    [TestMethod]
    public void Who_asks_for_no_score_pays_nothing()
    {
        var view = new ProbeView(100);
        var scored = TestTransformers.Binary(_ml, view.Schema).Transform(view);
        Assert.HasCount(100, scored.GetColumn<float>("Number"));
        Assert.AreEqual(0, view.FeatureReads);

        // Nor who may ask, but does not.
        view = new ProbeView(100);
        scored = TestTransformers.Binary(_ml, view.Schema).Transform(view);
        using var cursor = scored.GetRowCursor(Columns(scored, "Score", "Number"));
        var number = cursor.GetGetter<float>(scored.Schema["Number"]);
        float value = 0;
        int rows = 0;
        while (cursor.MoveNext())
        {
            number(ref value);
            Assert.AreEqual(rows++, value);
        }

        Assert.AreEqual(0, view.FeatureReads);
        Assert.AreEqual(rows, view.NumberReads);
    }

    [TestMethod]
    public void Each_row_is_read_once_and_no_column_for_nothing()
    {
        var view = new ProbeView(1000);
        var scored = TestTransformers.Binary(_ml, view.Schema).Transform(view);
        using (var cursor = scored.GetRowCursor(Columns(scored, "Score", "Probability", "PredictedLabel")))
        {
            var readers = Columns(scored, "Score", "Probability", "PredictedLabel").Select(column => DataViewAssert.Reader(cursor, column)).ToArray();
            while (cursor.MoveNext())
            {
                foreach (var read in readers)
                    read();
            }
        }

        Assert.AreEqual(1000, view.FeatureReads);
        Assert.AreEqual(0, view.NumberReads);
        Assert.AreEqual(1001, view.Moves);
        Assert.AreEqual(1, view.Opened);
        Assert.AreEqual(1, view.Disposed);
    }

    [TestMethod]
    public void A_filter_on_the_score_makes_no_other_columns_be_computed()
    {
        // As expensive columns are used with a model: the few rows that it finds are looked at more closely.
        var view = new ProbeView(4000);
        var (blocks, scorer) = Transform("Binary", view);
        double limit = scorer.GetColumn<float>("Probability").Order().ElementAt(4000 - 20);
        view.NumberReads = 0;
        float[] expected = [.. _ml.Data.FilterRowsByColumn(scorer, "Probability", limit).GetColumn<float>("Number")];
        int theirs = view.NumberReads;
        view.NumberReads = 0;
        CollectionAssert.AreEqual(expected, _ml.Data.FilterRowsByColumn(blocks, "Probability", limit).GetColumn<float>("Number").ToArray());
        Assert.HasCount(20, expected);
        Assert.AreEqual(theirs, view.NumberReads);
    }

    [TestMethod]
    [DataRow(0.05)]
    [DataRow(0.3)]
    [DataRow(0.6)]
    [DataRow(0.95)]
    public void Few_columns_are_computed_for_nothing(double share)
    {
        var view = new ProbeView(5000);
        var scored = TestTransformers.Binary(_ml, view.Schema).Transform(view);
        using var cursor = scored.GetRowCursor(Columns(scored, "Score", "Number"));
        var score = DataViewAssert.Reader(cursor, scored.Schema["Score"]);
        var number = cursor.GetGetter<float>(scored.Schema["Number"]);
        float value = 0;
        var random = new Random(1);
        int read = 0;
        while (cursor.MoveNext())
        {
            score();
            if (random.NextDouble() < share)
            {
                number(ref value);
                Assert.AreEqual(cursor.Position, value);
                read++;
            }
        }

        Assert.IsLessThanOrEqualTo(2 * read, view.NumberReads);
        if (share < 0.5)
            Assert.IsLessThan(1.1 * read, view.NumberReads);
    }

    [TestMethod]
    public void Who_ceases_to_read_a_column_makes_little_more_of_it_and_may_begin_again()
    {
        var view = new ProbeView(20_000);
        var scored = TestTransformers.Binary(_ml, view.Schema).Transform(view);
        using var cursor = scored.GetRowCursor(Columns(scored, "Score", "Number"));
        var score = DataViewAssert.Reader(cursor, scored.Schema["Score"]);
        var number = cursor.GetGetter<float>(scored.Schema["Number"]);
        float value = 0;
        int ahead = 0;
        while (cursor.MoveNext())
        {
            score();
            if (cursor.Position is < 4000 or >= 16_000)
            {
                number(ref value);
                Assert.AreEqual(cursor.Position, value);
            }

            if (cursor.Position == 15_999)
                ahead = view.NumberReads;
        }

        // Twice in blocks; between, rows as they came. A block of which half was read is followed by one of which nothing is.
        Assert.IsLessThan(4000 + 1024 + 2048, ahead);
        Assert.AreEqual(ahead + 4000, view.NumberReads);
    }

    [TestMethod]
    public void Rows_are_read_ahead_where_all_columns_are_read()
    {
        var view = new ProbeView(5000);
        var scored = TestTransformers.Binary(_ml, view.Schema).Transform(view);
        using var cursor = scored.GetRowCursor(Columns(scored, "Score", "Number", "Text"));
        var readers = Columns(scored, "Score", "Number", "Text").Select(column => DataViewAssert.Reader(cursor, column)).ToArray();
        long furthest = 0;
        while (cursor.MoveNext())
        {
            foreach (var read in readers)
                read();
            furthest = Math.Max(furthest, view.Moves - cursor.Position);
        }

        Assert.IsGreaterThan(1000, furthest);
        Assert.AreEqual(5000, view.NumberReads);
    }

    [TestMethod]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void Where_there_is_no_row_a_getter_does_what_the_scorers_does(string task)
    {
        var (blocks, scorer) = Transform(task, TestTransformers.Data(_ml, ScoringRow.Create(30)));
        foreach (string name in Columns(scorer, "Score", "Probability", "PredictedLabel", "Value").Select(column => column.Name))
        {
            // Columns alone, and beside others.
            foreach (string[] active in new string[][] { [name], [name, "Value"], ["Score", name] })
            {
                if (active is ["Value"])
                    continue;
                string message = $"{name} of {string.Join(", ", active)}";
                string[] expected = [.. Failures(scorer, active, name)];
                Assert.AreEqual(string.Join('\n', expected), string.Join('\n', Failures(blocks, active, name)), message);
                Assert.DoesNotContain("", expected, message);
            }
        }

        // Before the first row and behind the last, whether rows were read or only passed.
        static IEnumerable<string> Failures(IDataView data, string[] active, string name)
        {
            foreach (bool reads in new[] { true, false })
            {
                using var cursor = data.GetRowCursor(Columns(data, active));
                var readers = active.Distinct().Select(column => DataViewAssert.Reader(cursor, data.Schema[column])).ToArray();
                var reader = DataViewAssert.Reader(cursor, data.Schema[name]);
                yield return Failure(reader);
                while (cursor.MoveNext())
                {
                    foreach (var read in reads ? readers : [])
                        read();
                }

                yield return Failure(reader);
                Assert.IsFalse(cursor.MoveNext());
                yield return Failure(reader);
            }
        }

        static string Failure(Func<object> read)
        {
            try
            {
                read();
                return "";
            }
            catch (Exception e)
            {
                return $"{e.GetType().Name}: {e.Message}";
            }
        }
    }

    [TestMethod]
    public void Who_stops_early_has_read_little()
    {
        var view = new ProbeView(1000);
        var scored = TestTransformers.Binary(_ml, view.Schema).Transform(view);
        _ = scored.GetColumn<float>("Score").First();
        Assert.IsLessThan(10, view.Moves);
        Assert.AreEqual(view.Opened, view.Disposed);
    }

    [TestMethod]
    public void Who_asks_for_few_rows_makes_few_be_computed()
    {
        var view = new ProbeView(2000);
        var scored = TestTransformers.Binary(_ml, view.Schema).Transform(view);
        using var cursor = scored.GetRowCursor(Columns(scored, "Score"));
        var read = DataViewAssert.Reader(cursor, scored.Schema["Score"]);
        while (cursor.MoveNext())
        {
            if (cursor.Position % 100 == 0)
                read();
        }

        Assert.IsLessThan(20 * 10, view.FeatureReads);
    }

    [TestMethod]
    public void A_getter_may_be_asked_for_in_the_middle()
    {
        var view = new ProbeView(300);
        var (blocks, scorer) = Transform("Binary", view);
        object[] expected = [.. Rows(scorer)];
        using var cursor = blocks.GetRowCursor(Columns(blocks, "Text", "Score", "Probability"));
        var score = DataViewAssert.Reader(cursor, blocks.Schema["Score"]);
        for (int row = 0; cursor.MoveNext(); row++)
        {
            score();
            var id = default(DataViewRowId);
            cursor.GetIdGetter()(ref id);
            Assert.AreEqual(new DataViewRowId((ulong)row, 5), id);
            Assert.AreEqual(expected[row], (DataViewAssert.Reader(cursor, blocks.Schema["Text"])(), DataViewAssert.Reader(cursor, blocks.Schema["Probability"])()));
        }

        static IEnumerable<object> Rows(IDataView data)
        {
            using var cursor = data.GetRowCursor(Columns(data, "Text", "Probability"));
            var text = DataViewAssert.Reader(cursor, data.Schema["Text"]);
            var probability = DataViewAssert.Reader(cursor, data.Schema["Probability"]);
            while (cursor.MoveNext())
                yield return (text(), probability());
        }
    }

    [TestMethod]
    public void Only_what_was_asked_for_is_active()
    {
        var view = new ProbeView(30);
        var scored = TestTransformers.Binary(_ml, view.Schema).Transform(view);
        using var cursor = scored.GetRowCursor(Columns(scored, "Score", "Text"));
        CollectionAssert.AreEquivalent(new[] { "Score", "Text" }, scored.Schema.Where(cursor.IsColumnActive).Select(column => column.Name).ToArray());
        Assert.Throws<Exception>(() => cursor.GetGetter<VBuffer<float>>(scored.Schema["Features"]));
        Assert.Throws<Exception>(() => cursor.GetGetter<float>(scored.Schema["Probability"]));
        Assert.Throws<Exception>(() => cursor.GetGetter<int>(scored.Schema["Score"]));
        Assert.Throws<Exception>(() => cursor.GetGetter<int>(scored.Schema["Text"]));
    }

    [TestMethod]
    public void Objects_that_cannot_be_kept_are_passed_on_row_by_row()
    {
        var view = new ProbeView(100);
        var scored = TestTransformers.Binary(_ml, view.Schema).Transform(view);
        using var cursor = scored.GetRowCursor(Columns(scored, "Score", "Thing"));
        var thing = cursor.GetGetter<ProbeView.Thing>(scored.Schema["Thing"]);
        var score = cursor.GetGetter<float>(scored.Schema["Score"]);
        ProbeView.Thing value = null!;
        float number = 0;
        for (int row = 0; cursor.MoveNext(); row++)
        {
            score(ref number);
            Assert.AreEqual(row + 1, view.Moves);
            thing(ref value);
            Assert.AreEqual(row, value.Row);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(25)]
    [DataRow(99)]
    public void A_failure_comes_when_its_row_does(int failing)
    {
        foreach (bool readsNumber in new[] { false, true })
            Fails(failing, readsNumber);
    }

    private void Fails(int failing, bool readsNumber)
    {
        // The features: every score but the failing row's can be had, before and after it.
        var view = new ProbeView(100) { FailingFeatures = failing };
        Check(view, row => row == failing ? "features" : null, 100);

        // Too short a row.
        view = new ProbeView(100) { ShortRow = failing };
        Check(view, row => row == failing ? $"Column 'Features' holds a vector of 2, where its type says 5, at row {failing} (counted from 0). Run all rows through the same fitted transforms." : null, 100);

        // A column that is active but never read, or whose failing row is not.
        view = new ProbeView(100) { FailingNumber = failing };
        Check(view, _ => null, 100);

        // The move to a row.
        view = new ProbeView(100) { FailingMove = failing };
        var exception = Assert.ThrowsExactly<IOException>(() => Check(view, _ => null, failing));
        Assert.AreEqual("move", exception.Message);

        void Check(ProbeView view, Func<int, string?> message, int rows)
        {
            var transformer = TestTransformers.Regression(_ml, view.Schema);
            var scored = transformer.Transform(view);
            using var cursor = scored.GetRowCursor(Columns(scored, "Score", "Number"));
            var read = cursor.GetGetter<float>(scored.Schema["Score"]);
            var readNumber = cursor.GetGetter<float>(scored.Schema["Number"]);
            float score = 0, number = 0;
            float[] output = new float[1];
            int row = 0;
            for (; cursor.MoveNext(); row++)
            {
                Assert.AreEqual(row, cursor.Position);
                if (readsNumber && row != view.FailingNumber)
                {
                    readNumber(ref number);
                    Assert.AreEqual(row, number);
                }

                if (message(row) is { } expected)
                {
                    Assert.AreEqual(expected, Assert.Throws<Exception>(() => read(ref score)).Message);
                    continue;
                }

                read(ref score);
                transformer.Model.Network.ComputeOutputs(ProbeView.Features(row), output);
                Assert.AreEqual(output[0], score, $"row {row}");
            }

            Assert.AreEqual(rows, row);
        }
    }

    [TestMethod]
    public void A_column_that_fails_fails_when_it_is_read()
    {
        var view = new ProbeView(100) { FailingNumber = 40 };
        var scored = TestTransformers.Regression(_ml, view.Schema).Transform(view);
        using var cursor = scored.GetRowCursor(Columns(scored, "Score", "Number"));
        var score = DataViewAssert.Reader(cursor, scored.Schema["Score"]);
        var number = DataViewAssert.Reader(cursor, scored.Schema["Number"]);
        while (cursor.MoveNext())
        {
            score();
            if (cursor.Position == 40)
                Assert.ThrowsExactly<IOException>(() => number());
            else
                number();
        }
    }

    [TestMethod]
    public void A_large_network_is_shared_among_threads_and_gives_the_same_bits()
    {
        var view = new ProbeView(3000);
        var network = TestNetworks.Create(Layer.Sequential(Layer.Linear(100), Layer.Tanh, Layer.Linear(100), Layer.Tanh, Layer.Linear(1)), ScoringRow.Width);
        var transformer = new DenseNetRegressionTransformer(_ml, new DenseNetRegressionModelParameters(_ml, network), view.Schema, "Features");
        DataViewAssert.SameValues(
            _ml.Transforms.DropColumns("Thing", "Wide").Fit(view).Transform(((PredictionTransformerBase<DenseNetRegressionModelParameters>)transformer).Transform(view)),
            _ml.Transforms.DropColumns("Thing", "Wide").Fit(view).Transform(transformer.Transform(view)));
    }

    [TestMethod]
    public void A_row_of_a_large_block_costs_no_allocation()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(20_000));
        var scored = TestTransformers.Multiclass(_ml, data.Schema).Transform(_ml.Data.Cache(data));
        Read(scored);
        long few = Measure(_ml.Data.TakeRows(scored, 12_000));
        long many = Measure(_ml.Data.TakeRows(scored, 20_000));

        // What is allocated belongs to the cursor.
        Assert.IsLessThan(8_000, many - few);

        static long Measure(IDataView data) => Allocations.Of(() => Read(data));

        static void Read(IDataView data)
        {
            using var cursor = data.GetRowCursor(Columns(data, "Score", "Value", "PredictedLabel"));
            var score = cursor.GetGetter<VBuffer<float>>(data.Schema["Score"]);
            var label = cursor.GetGetter<uint>(data.Schema["PredictedLabel"]);
            var value = cursor.GetGetter<float>(data.Schema["Value"]);
            VBuffer<float> scores = default;
            uint key = 0;
            float number = 0;
            while (cursor.MoveNext())
            {
                score(ref scores);
                label(ref key);
                value(ref number);
            }
        }
    }

    private void Same(string task, int rows, string[] columns)
    {
        var (blocks, scorer) = Transform(task, new ProbeView(rows));
        DataViewAssert.SameSchema(scorer.Schema, blocks.Schema);
        using var expected = scorer.GetRowCursor(Columns(scorer, columns));
        using var actual = blocks.GetRowCursor(Columns(blocks, columns));
        DataViewAssert.SameRows(expected, actual, $"{task}, {rows} rows");
    }

    private (IDataView Blocks, IDataView Scorer) Transform(string task, IDataView view)
    {
        switch (task)
        {
            case "Binary":
                var binary = TestTransformers.Binary(_ml, view.Schema);
                return (binary.Transform(view), ((PredictionTransformerBase<DenseNetBinaryModelParameters>)binary).Transform(view));
            case "Multiclass":
                var multiclass = TestTransformers.Multiclass(_ml, view.Schema, labelColumn: view.Schema.Any(column => column.Name == "Key") ? "Key" : null);
                return (multiclass.Transform(view), ((PredictionTransformerBase<DenseNetMulticlassModelParameters>)multiclass).Transform(view));
            default:
                var regression = TestTransformers.Regression(_ml, view.Schema);
                return (regression.Transform(view), ((PredictionTransformerBase<DenseNetRegressionModelParameters>)regression).Transform(view));
        }
    }

    private static DataViewSchema.Column[] Columns(IDataView data, params string[] names) =>
        [.. names.Select(name => data.Schema.GetColumnOrNull(name)).OfType<DataViewSchema.Column>()];
}
