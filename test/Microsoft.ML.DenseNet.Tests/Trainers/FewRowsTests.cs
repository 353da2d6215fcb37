using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>From 1 to 40 rows: whatever is trained, and however the rows look, predictions stay sane.</summary>
[TestClass]
public sealed class FewRowsTests
{
    private const int Width = 5, WideWidth = 6000, Classes = 3;

    private static readonly string[] Kinds = ["Random", "Duplicates", "OneFeature", "ConstantFeatures", "Binary", "Sparse"];

    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> RowCounts => Enumerable.Range(1, 40).Where(count => count <= 17 || count % 4 == 0 || count >= 38).Select(count => new object[] { count });

    [TestMethod]
    [DynamicData(nameof(RowCounts))]
    public void TheDefaultNetworkStaysSane(int count)
    {
        // The whole default network where the fewest rows are, a smaller one of its kind for the others: they take the suite's time.
        foreach (string kind in count <= 3 ? Kinds : [Kinds[count % Kinds.Length], Kinds[(count + 1) % Kinds.Length]])
        {
            foreach (var task in Enum.GetValues<LearningTask>())
                Check(task, kind, count, options => options.Defaults = count <= 3 ? null : DenseNetDefaults.For(task) with { HiddenUnits = [64, 64] });
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(11)]
    [DataRow(40)]
    public void OtherNetworksStaySane(int count)
    {
        foreach (var task in Enum.GetValues<LearningTask>())
        {
            foreach (string kind in Kinds)
                Check(task, kind, count, options => options.HiddenUnits = [16]);
            Check(task, "Random", count, options =>
            {
                options.EnsembleSize = 2;
                options.Defaults = DenseNetDefaults.ForEnsemble(task) with { HiddenUnits = [32], NumberOfEpochs = 50 };
            });
            Check(task, "WideSparse", count, _ => { }); // the default network of such rows
            Check(task, "WideSparse", count, options => options.HiddenUnits = [8]);
        }
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(7)]
    [DataRow(39)]
    public void RowsToValidateOnChangeNothingOfThat(int count)
    {
        foreach (var task in Enum.GetValues<LearningTask>())
            Check(task, "Random", count, options => options.Defaults = DenseNetDefaults.For(task) with { HiddenUnits = [64, 64] }, validates: true);
    }

    [TestMethod]
    public void ALabelThatIsAlwaysTheSameIsPredicted()
    {
        foreach (int count in new[] { 1, 2, 9, 40 })
        {
            Row[] rows = [.. Rows("Random", count, seed: 1).Select(row => new Row { Features = row.Features, Value = 7 })];
            var network = Train(LearningTask.Regression, rows, null, options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { HiddenUnits = [32] });
            foreach (var row in Rows("Random", 50, seed: 2))
                Assert.AreEqual(7, Predict(network, row)[0], 1e-6);
        }
    }

    private void Check(LearningTask task, string kind, int count, Action<DenseNetOptions> set, bool validates = false)
    {
        if (count == 1 && task != LearningTask.Regression)
            return; // one class alone is refused, see BadInputTests
        var rows = Rows(kind, count, seed: count);
        var network = Train(task, rows, validates ? Rows(kind, 3, seed: 99) : null, set);
        string message = $"{task}, {kind}, {count} rows, {network.Layout.Layer}";
        Assert.IsTrue(network.History.All(epoch => epoch.TrainingLoss < 100), $"{message}: a loss of {network.History.Max(epoch => epoch.TrainingLoss)}");
        var fresh = Rows(kind == "Duplicates" ? "Random" : kind, 100, seed: 1000 + count);
        bool isNamed = network.Layout.Layer is SequentialLayer { Layers: [StandardizeLayer, LinearLayer or EmbeddingBagLayer, ..] };
        if (task == LearningTask.Regression)
        {
            double minimum = rows.Min(row => row.Value), maximum = rows.Max(row => row.Value);
            double slack = isNamed ? 20 * (maximum - minimum) : 1e-4 * (1 + Math.Abs(maximum)); // of a named network nothing is clamped
            foreach (var row in rows.Concat(fresh))
                Assert.IsTrue(Predict(network, row)[0] >= minimum - slack && Predict(network, row)[0] <= maximum + slack, $"{message}: {Predict(network, row)[0]} outside of {minimum} to {maximum}");
            return;
        }

        // What rows seen say wins over a constant; on others it may be wrong, but not surely so. Many copies of two rows count as many,
        // and nothing is doubted in a network that is named.
        int classes = task == LearningTask.BinaryClassification ? 2 : Classes;
        double slackOfSeen = validates ? 1.5 : isNamed ? 0.5 : 0.1; // three rows choose the epoch and the calibration; 100 small steps may not lead far
        Assert.IsLessThan(SmoothedEntropy(rows, classes) + slackOfSeen, rows.Average(row => LogLoss(network, row, classes)), $"{message}, rows seen");
        Assert.IsLessThan(Math.Log(classes) + (isNamed || kind == "Duplicates" ? 5 : 1.5), fresh.Average(row => LogLoss(network, row, classes)), $"{message}, new rows");
    }

    private TrainedNetwork Train(LearningTask task, Row[] rows, Row[]? validation, Action<DenseNetOptions> set)
    {
        IDataView training = Load(rows);
        var held = validation is null ? null : Load(validation);
        switch (task)
        {
            case LearningTask.BinaryClassification:
                return _ml.BinaryClassification.Trainers.DenseNet(Options<DenseNetBinaryTrainer.Options>(nameof(Row.Label), set)).Fit(training, held).Model.Network;
            case LearningTask.MulticlassClassification:
                return _ml.MulticlassClassification.Trainers.DenseNet(Options<DenseNetMulticlassTrainer.Options>(nameof(Row.Key), set)).Fit(training, held).Model.Network;
            default:
                return _ml.Regression.Trainers.DenseNet(Options<DenseNetRegressionTrainer.Options>(nameof(Row.Value), set)).Fit(training, held).Model.Network;
        }
    }

    private static TOptions Options<TOptions>(string label, Action<DenseNetOptions> set)
        where TOptions : DenseNetOptions, new()
    {
        var options = new TOptions { LabelColumnName = label, Seed = 3 };
        set(options);
        return options;
    }

    private IDataView Load(Row[] rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Features.Length);
        schema[nameof(Row.Key)].ColumnType = new KeyDataViewType(typeof(uint), Classes);
        var data = _ml.Data.LoadFromEnumerable(rows, schema);
        return rows[0].Features.Length == Width ? data : SparseFeatures.Apply(_ml, data);
    }

    private static Row[] Rows(string kind, int count, int seed)
    {
        var random = new Random(seed);
        var rows = new Row[count];
        for (int i = 0; i < count; i++)
        {
            double x = (2 * random.NextDouble()) - 1;
            float[] features = [.. Enumerable.Range(0, Width).Select(slot => (float)(slot == 0 ? x : 3 * random.NextDouble()))];
            switch (kind)
            {
                case "OneFeature":
                    features.AsSpan(1).Clear();
                    break;
                case "ConstantFeatures":
                    features.AsSpan().Fill(1.5f);
                    break;
                case "Binary":
                    features = [.. features.Select(value => value > 0.5f ? 1f : 0f)];
                    break;
                case "Sparse" or "WideSparse":
                    features = new float[kind == "Sparse" ? 100 : WideWidth];
                    features[random.Next(10)] = 1;
                    features[10 + random.Next(features.Length - 10)] = 1;
                    break;
            }

            rows[i] = new Row { Features = features, Label = i % 2 == 1, Key = (uint)(i % Classes), Value = (float)(10 + x) };
        }

        return kind == "Duplicates" ? [.. Enumerable.Range(0, count).Select(i => rows[i % Math.Min(count, 2)])] : rows;
    }

    private static float[] Predict(TrainedNetwork network, Row row)
    {
        var outputs = new float[network.Layout.OutputWidth];
        network.ComputeOutputs(row.Features, outputs);
        return outputs;
    }

    private static double LogLoss(TrainedNetwork network, Row row, int classes)
    {
        float[] outputs = Predict(network, row);
        double[] logits = classes == 2 ? [0, outputs[0]] : [.. outputs];
        int truth = classes == 2 ? (row.Label ? 1 : 0) : (int)row.Key;
        double largest = logits.Max();
        return largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest))) - logits[truth];
    }

    /// <summary>The log-loss of the constant that two doubted rows more, spread over the classes, make the best.</summary>
    private static double SmoothedEntropy(Row[] rows, int classes) =>
        rows.GroupBy(row => classes == 2 ? (row.Label ? 1u : 0) : row.Key).Sum(group => -(double)group.Count() / rows.Length * Math.Log((group.Count() + (2.0 / classes)) / (rows.Length + 2)));

    private sealed class Row
    {
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }

        public uint Key { get; set; }

        public float Value { get; set; }
    }
}
