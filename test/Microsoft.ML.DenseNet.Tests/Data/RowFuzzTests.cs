using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Thousands of random rows, many of them malformed: each is read, trained on and predicted as what it holds, or refused by name.</summary>
[TestClass]
public sealed class RowFuzzTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    [DataRow(1)]
    [DataRow(3)]
    public void AReaderGivesTheRowsThatCountOrNamesTheFirstBadOne(int readers)
    {
        int read = 0, refused = 0;
        for (int round = 0; round < FuzzRounds.Of(200); round++)
        {
            var random = new Random((round * 10) + readers);
            int width = Width(random);
            FuzzedRow[] rows = [.. Enumerable.Range(0, random.Next(1, 80)).Select(_ => FuzzedRow.Any(random, width, 0.02 * random.Next(3)))];
            var view = View(rows, width);
            var reader = new RowReader(view.Schema, "Features", "Label", "Weight", allowMissingFeatures: random.Next(2) == 0) { MaximumReaders = readers };
            if (FirstBad(rows) is { } bad)
            {
                refused++;
                Names(rows, bad, Assert.ThrowsExactly<InvalidOperationException>(() => reader.Read(view, default)).Message, $"round {round}");
                continue;
            }

            FuzzedRow[] expected = [.. rows.Where(row => row.Counts)];
            if (expected.Length == 0)
            {
                Assert.Contains("'Weight' is 0 in every row", Assert.ThrowsExactly<InvalidOperationException>(() => reader.Read(view, default)).Message);
                continue;
            }

            read++;
            var values = new float[width];
            int number = 0;
            foreach (var block in reader.Read(view, default).Blocks)
            {
                for (int row = 0; row < block.Rows; row++, number++)
                {
                    block.CopyRow(row, values);
                    CollectionAssert.AreEqual(expected[number].Values, values, $"round {round}, row {number}");
                    Assert.AreEqual((expected[number].Row.Label, expected[number].Row.Weight), (block.Labels.Span[row], block.Weights.Span[row]), $"round {round}, row {number}");
                }
            }

            Assert.AreEqual(expected.Length, number, $"round {round}");
        }

        Assert.IsGreaterThan(FuzzRounds.Of(40), read);
        Assert.IsGreaterThan(FuzzRounds.Of(40), refused);
    }

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    public void ATrainingIsThatOfTheRowsThatCountOrNamesTheFirstBadOne()
    {
        int trained = 0, refused = 0;
        for (int round = 0; round < FuzzRounds.Of(60); round++)
        {
            var random = new Random(round);
            int width = Width(random);
            double share = 0.03 * random.Next(2);
            FuzzedRow[] rows = [FuzzedRow.Good(random, width, 0), FuzzedRow.Good(random, width, 1), .. Enumerable.Range(0, random.Next(2, 40)).Select(_ => FuzzedRow.Any(random, width, share))];
            FuzzedRow[]? validation = random.Next(2) == 0 ? null : [FuzzedRow.Good(random, width, 1), .. Enumerable.Range(0, random.Next(1, 20)).Select(_ => FuzzedRow.Any(random, width, share))];
            var options = new DenseNetRegressionTrainer.Options
            {
                HiddenUnits = [2],
                NumberOfEpochs = 1,
                BatchSize = 8,
                Seed = round,
                ScaleFeatures = random.Next(2) == 0,
                ExampleWeightColumnName = "Weight",
                NumberOfThreads = 1 + random.Next(2),
                DataPlacement = random.Next(2) == 0 ? DataPlacement.Auto : DataPlacement.Stream,
            };
            float[] Train(FuzzedRow[] rows, FuzzedRow[]? validation) =>
                _ml.Regression.Trainers.DenseNet(options).Fit(View(rows, width), validation is null ? null : View(validation, width)).Model.Network.Parameters.ToArray();

            string message = $"round {round}";
            int? bad = FirstBad(rows);
            if ((bad ?? FirstBad(validation ?? [])) is { } first)
            {
                refused++;
                string refusal = Assert.ThrowsExactly<InvalidOperationException>(() => Train(rows, validation), message).Message;
                Names(bad is null ? validation! : rows, first, refusal, message);
                Assert.AreEqual(bad is null, refusal.Contains("of the validation data", StringComparison.Ordinal), message);
                continue;
            }

            trained++;
            CollectionAssert.AreEqual(Train([.. rows.Where(row => row.Counts)], validation is null ? null : [.. validation.Where(row => row.Counts)]), Train(rows, validation), message);
        }

        Assert.IsGreaterThan(FuzzRounds.Of(10), trained);
        Assert.IsGreaterThan(FuzzRounds.Of(10), refused);
    }

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    public void APredictionIsThatOfTheRowOrNamesIt()
    {
        Layer[] layers =
        [
            Layer.Sequential(Layer.Standardize, Layer.Linear(3), Layer.ReLU, Layer.Linear(1)),
            Layer.Sequential(Layer.EmbeddingBag(4), Layer.Tanh, Layer.Linear(1)),
            Layer.Sequential(Layer.LayerNorm(), Layer.Linear(1)), // nothing reads sparse rows here
        ];
        int refused = 0;
        for (int round = 0; round < FuzzRounds.Of(30); round++)
        {
            var random = new Random(round);
            int width = Width(random);
            var network = TestNetworks.Create(layers[round % layers.Length], width, round);
            FuzzedRow[] rows = [.. Enumerable.Range(0, 60).Select(_ => FuzzedRow.Good(random, width, 0))];
            for (int i = random.Next(20); i < rows.Length; i += random.Next(1, 20))
                rows[i] = rows[i] with { Faults = ["Features"], Row = rows[i].Row with { Features = FuzzedRow.Malformed(random, width, rows[i].Values) } };
            refused += rows.Count(row => row.Faults.Length > 0);
            CheckScores(network, rows, width, readsLabel: random.Next(2) == 0, $"round {round}");
        }

        Assert.IsGreaterThan(FuzzRounds.Of(100), refused);
    }

    /// <summary>By a cursor, which computes blocks, and by a prediction engine.</summary>
    private void CheckScores(TrainedNetwork network, FuzzedRow[] rows, int width, bool readsLabel, string message)
    {
        var view = View(rows, width);
        var transformer = new DenseNetRegressionTransformer(_ml, new DenseNetRegressionModelParameters(_ml, network), view.Schema, "Features");
        var definition = SchemaDefinition.Create(typeof(Input));
        definition["Features"].ColumnType = view.Schema["Features"].Type;
        using var engine = _ml.Model.CreatePredictionEngine<Input, RegressionPrediction>(transformer, inputSchemaDefinition: definition);

        var scored = transformer.Transform(view);
        var columns = readsLabel ? new[] { scored.Schema["Score"], scored.Schema["Label"] } : [scored.Schema["Score"]];
        using var cursor = scored.GetRowCursor(columns);
        var readScore = cursor.GetGetter<float>(columns[0]);
        var readLabel = readsLabel ? cursor.GetGetter<float>(columns[1]) : null;
        float score = 0, label = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.IsTrue(cursor.MoveNext());
            readLabel?.Invoke(ref label);
            var input = new Input { Features = rows[i].Row.Features };
            if (rows[i].Faults.Length > 0)
            {
                Names(rows, i, Assert.ThrowsExactly<InvalidOperationException>(() => readScore(ref score), $"{message}, row {i}").Message, message);
                Assert.Contains("Column 'Features' h", Assert.ThrowsExactly<InvalidOperationException>(() => engine.Predict(input), $"{message}, row {i}").Message);
                continue;
            }

            var (expected, tolerance) = ReferenceNetwork.RunWithTolerance(network.Layout, network.Parameters.Span, network.Buffers.Span, rows[i].Values);
            readScore(ref score);
            Assert.AreEqual(expected[0], score, tolerance[0] + 1e-5, $"{message}, row {i}");
            Assert.AreEqual(expected[0], engine.Predict(input).Score, tolerance[0] + 1e-5, $"{message}, row {i}");
        }

        Assert.IsFalse(cursor.MoveNext());
    }

    private static GeneratedView View(FuzzedRow[] rows, int width) => new(rows.Length, width, row => rows[row].Row, isBoolean: false);

    /// <summary>Narrow, wide enough to stay sparse, and so wide that the first layer is an embedding bag.</summary>
    private static int Width(Random random) => random.Next(3) switch { 0 => random.Next(3, 20), 1 => random.Next(64, 300), _ => 5000 };

    private static int? FirstBad(FuzzedRow[] rows) => Array.FindIndex(rows, row => row.Counts && row.Faults.Length > 0) is >= 0 and var first ? first : null;

    private static void Names(FuzzedRow[] rows, int bad, string refusal, string message)
    {
        Assert.Contains($" at row {bad} (counted from 0). ", refusal, message);
        Assert.IsTrue(rows[bad].Faults.Any(column => refusal.StartsWith($"Column '{column}' ", StringComparison.Ordinal)), $"{message}: {refusal}");
    }

    private sealed class Input
    {
        public VBuffer<float> Features { get; set; }
    }
}
