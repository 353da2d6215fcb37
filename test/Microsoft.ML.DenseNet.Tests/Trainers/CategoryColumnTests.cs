using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Key columns named by CategoryColumnNames: the same as one-hot blocks behind the features, bit by bit.</summary>
[TestClass]
public sealed class CategoryColumnTests
{
    private static readonly string[] Columns = ["City", "Tags"];

    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Cases =>
        from task in TaskCase.All
        from way in new[] { "named", "default", "stream", "ensemble", "validation" }
        select new[] { task[0], way };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void KeysTrainAndPredictAsTheirOneHotBlocksDo(TaskCase task, string way)
    {
        var view = KeyColumnRow.View(_ml, KeyColumnRow.Create(260));
        AssertSame(task, view, Set, way == "validation" ? _ml.Data.TakeRows(view, 90) : null);

        void Set(DenseNetOptions options)
        {
            if (way is "default" or "stream")
                options.HiddenUnits = null;
            if (way == "stream")
                options.DataPlacement = DataPlacement.Stream;
            if (way == "ensemble")
                options.EnsembleSize = 4;
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ManyKeysStaySparse(bool names)
    {
        // 2^13 hashes: wide enough for rows that stay sparse in training.
        var rows = KeyColumnRow.Create(200, cities: 150);
        var data = KeyColumnRow.View(_ml, rows);
        var view = _ml.Transforms.Conversion.Hash("City", nameof(KeyColumnRow.CityName), numberOfBits: 13)
            .Append(_ml.Transforms.Conversion.MapKeyToVector("CityVector", "City"))
            .Append(_ml.Transforms.Concatenate("Wide", nameof(KeyColumnRow.Features), "CityVector", "TagVectors"))
            .Fit(data).Transform(data);
        var network = AssertSame(TaskCase.Regression, view, options => options.HiddenUnits = names ? [4] : null);
        Assert.AreEqual(1 << 13, network.CategoryColumns[0].KeyCount);
        Assert.IsNull(network.CategoryColumns[0].KeyValues);
    }

    [TestMethod]
    public void EveryTypeOfKeyIsRead()
    {
        // A text loader makes keys of any unsigned type; numbers that their type does not have become missing.
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder["rows.csv"], Enumerable.Range(0, 60).Select(i => $"{i % 4},{i % 6},{i % 11},{i % 5},{i % 7},{i % 3}"));
        var data = _ml.Data.LoadFromTextFile(folder["rows.csv"], [
            new TextLoader.Column("Byte", DataKind.Byte, [new TextLoader.Range(0)], new KeyCount(4)),
            new TextLoader.Column("Short", DataKind.UInt16, [new TextLoader.Range(1)], new KeyCount(6)),
            new TextLoader.Column("Long", DataKind.UInt64, [new TextLoader.Range(2)], new KeyCount(10)),
            new TextLoader.Column("Value", DataKind.Single, 3),
            new TextLoader.Column("Features", DataKind.Single, 4, 5),
        ], separatorChar: ',');
        string[] names = ["Byte", "Short", "Long"];
        var view = _ml.Transforms.Conversion.MapKeyToVector([.. names.Select(name => new InputOutputColumnPair($"{name}Vector", name))])
            .Append(_ml.Transforms.Concatenate("Wide", "Features", "ByteVector", "ShortVector", "LongVector")).Fit(data).Transform(data);
        AssertSame(TaskCase.Regression, view, _ => { }, columns: names);
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void ModelsKeepTheirColumnsWhereverTheyAreSaved(TaskCase task)
    {
        var view = KeyColumnRow.View(_ml, KeyColumnRow.Create(150));
        var model = Keys(task).Fit(view);
        var network = task.NetworkOf(model);
        AssertColumns(network);
        var expected = Scores(model.Transform(view));

        using var folder = new TemporaryFolder();
        string zip = folder["model.zip"], file = folder["model.densenet"], tensors = folder["model.safetensors"];
        _ml.Model.Save(model, view.Schema, zip);
        network.Save(file);
        network.SaveSafetensors(tensors);
        Assert.AreSequenceEqual(expected, Scores(new MLContext().Model.Load(zip, out _).Transform(view)));
        foreach (var loaded in new[] { TrainedNetwork.Load(zip), TrainedNetwork.Load(file), TrainedNetwork.LoadSafetensors(tensors) })
        {
            AssertColumns(loaded);
            StringAssert.Contains(loaded.ToString(), "City (29 features), Tags (12 features)");
            Assert.AreSequenceEqual(expected, Scores(Wrap(task, loaded).Transform(view)));

            // Serving without ML.NET: the rows end with the blocks.
            float[] outputs = new float[loaded.Layout.OutputWidth];
            float[] scores = [.. view.GetColumn<VBuffer<float>>("Wide").SelectMany(row =>
            {
                loaded.ComputeOutputs(row.GetIndices(), row.GetValues(), outputs);
                if (task == TaskCase.Multiclass)
                    OutputFunctions.Softmax(outputs, outputs);
                return outputs.ToArray();
            })];
            Assert.AreSequenceEqual(expected, scores);
        }

        // An earlier version of the package says that the file is newer.
        Assert.AreEqual(3, BitConverter.ToInt32(File.ReadAllBytes(file), 8));
    }

    [TestMethod]
    public void ImportanceAndEvaluationAndEnginesWork()
    {
        var view = KeyColumnRow.View(_ml, KeyColumnRow.Create(300));
        var model = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", CategoryColumnNames = Columns, Seed = 1 }).Fit(view);
        Assert.IsGreaterThan(0.8, _ml.Regression.Evaluate(model.Transform(view), "Value").RSquared);
        var importance = _ml.Regression.PermutationFeatureImportance(model, view, "Value");
        Assert.HasCount(KeyColumnRow.Width, importance);
        Assert.IsLessThan(-0.1, importance[0].RSquared.Mean);

        var rows = KeyColumnRow.Create(50);
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("City", nameof(KeyColumnRow.CityName)).Append(_ml.Transforms.Conversion.MapValueToKey("Tags", nameof(KeyColumnRow.TagNames)))
            .Append(_ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", CategoryColumnNames = Columns, HiddenUnits = [3], NumberOfEpochs = 2, Seed = 1 }));
        var data = _ml.Data.LoadFromEnumerable(rows);
        var fitted = pipeline.Fit(data);
        using var engine = _ml.Model.CreatePredictionEngine<KeyColumnRow, RegressionPrediction>(fitted);
        Assert.AreSequenceEqual(fitted.Transform(data).GetColumn<float>("Score"), rows.Select(row => engine.Predict(row).Score));
    }

    [TestMethod]
    public void TrainingOnNeedsTheSameColumns()
    {
        var view = KeyColumnRow.View(_ml, KeyColumnRow.Create(100));
        var options = new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", CategoryColumnNames = Columns, HiddenUnits = [3], NumberOfEpochs = 2, Seed = 1 };
        var model = _ml.Regression.Trainers.DenseNet(options).Fit(view);
        options.HiddenUnits = null;
        AssertColumns(_ml.Regression.Trainers.DenseNet(options).Fit(view, model.Model).Model.Network);
        options.CategoryColumnNames = ["Tags", "City"];
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Regression.Trainers.DenseNet(options).Fit(view, model.Model)).Message;
        Assert.AreEqual("The model to train on from was trained with the category columns 'City', 'Tags', but CategoryColumnNames has the category columns 'Tags', 'City': name the same columns in the same order.", message);
        options.CategoryColumnNames = Columns;
        message = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Regression.Trainers.DenseNet(options).Fit(Other(), model.Model)).Message;
        Assert.StartsWith("Category column 'City' of the training data numbers its values differently: key 1 is '", message);
    }

    [TestMethod]
    public void OtherKeysAreRefused()
    {
        var view = KeyColumnRow.View(_ml, KeyColumnRow.Create(100));
        var other = Other();
        var model = Keys(TaskCase.Regression).Fit(view);
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => model.Transform(other)).Message;
        Assert.StartsWith("Category column 'City' of the data numbers its values differently: key 1 is '", message);
        Assert.EndsWith("as in the model's training data. Run all rows through the same fitted transforms.", message);
        var fewer = KeyColumnRow.View(_ml, KeyColumnRow.Create(100, cities: 5));
        Assert.StartsWith("Category column 'City' of the data has 5 different keys, not 29 as in", Assert.ThrowsExactly<InvalidOperationException>(() => model.Transform(fewer)).Message);
        var trainer = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", CategoryColumnNames = Columns, HiddenUnits = [3], NumberOfEpochs = 2 });
        Assert.StartsWith("Category column 'City' of the validation data has 5 different keys, not 29 as in the training data.", Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(view, fewer)).Message);
        Assert.StartsWith("Category column 'City' not found.", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(_ml.Transforms.DropColumns("City").Fit(view).Transform(view))).Message);
    }

    [TestMethod]
    public void ColumnsThatAreNoKeysAreRefused()
    {
        var view = KeyColumnRow.View(_ml, KeyColumnRow.Create(100));
        Assert.StartsWith("Category column 'Town' not found. The data has 'Features', 'CityName'", Refusal<ArgumentOutOfRangeException>("Town"));
        Assert.StartsWith("Category column 'CityName' is String, but DenseNet needs a key or a known-size vector of keys. Make keys of its values with mlContext.Transforms.Conversion.MapValueToKey or Hash.", Refusal<ArgumentOutOfRangeException>("CityName"));
        Assert.StartsWith("CategoryColumnNames[0] is 'Features', the feature or label column", Refusal<ArgumentException>("Features"));
        Assert.StartsWith("CategoryColumnNames names 'City' twice", Refusal<ArgumentException>("City", "City"));
        Assert.StartsWith("CategoryColumnNames has null as column 1", Refusal<ArgumentException>("City", null!));
        Assert.StartsWith("CategoryColumnNames[0] is empty", Refusal<ArgumentException>(""));

        // More keys than a network can have inputs.
        view = _ml.Transforms.Conversion.Hash("Hash", "CityName", numberOfBits: 30).Fit(view).Transform(view);
        Assert.StartsWith("Category column 'Hash' has 1,073,741,824 different keys; at most 16,777,216 are possible.", Refusal<InvalidOperationException>("Hash"));

        string Refusal<T>(params string[] names)
            where T : Exception => Assert.ThrowsExactly<T>(() =>
                _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", CategoryColumnNames = names, HiddenUnits = [3], NumberOfEpochs = 1 }).Fit(view)).Message;
    }

    private static void AssertColumns(TrainedNetwork network)
    {
        Assert.AreEqual("City 29 1, Tags 6 2", string.Join(", ", network.CategoryColumns.Select(column => $"{column.Name} {column.KeyCount} {column.SlotCount}")));
        Assert.StartsWith("city ", network.CategoryColumns[0].KeyValues![28]);
        Assert.StartsWith("tag ", network.CategoryColumns[1].KeyValues![5]);
    }

    /// <summary>As many cities and tags, but numbered otherwise.</summary>
    private IDataView Other() => KeyColumnRow.View(_ml, KeyColumnRow.Create(400, cities: 29, seed: 5), known: 400);

    private IEstimator<ITransformer> Keys(TaskCase task) => task.Trainer(_ml, options => options.CategoryColumnNames = Columns);

    private ITransformer Wrap(TaskCase task, TrainedNetwork network) => task.Name switch
    {
        "Binary" => _ml.BinaryClassification.CreateTransformer(network),
        "Multiclass" => _ml.MulticlassClassification.CreateTransformer(network),
        _ => _ml.Regression.CreateTransformer(network),
    };

    private static float[] Scores(IDataView scored) => scored.Schema["Score"].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)]
        : [.. scored.GetColumn<float>("Score")];

    /// <summary>Trains on the keys and on their one-hot blocks; returns the first network.</summary>
    private TrainedNetwork AssertSame(TaskCase task, IDataView view, Action<DenseNetOptions> set, IDataView? validation = null, string[]? columns = null)
    {
        var keys = Fit(options =>
        {
            set(options);
            options.CategoryColumnNames = columns ?? Columns;
        });
        var oneHot = Fit(options =>
        {
            set(options);
            options.FeatureColumnName = "Wide";
        });
        var (actual, expected) = (task.NetworkOf(keys), task.NetworkOf(oneHot));
        Assert.AreEqual(expected.Layout.Layer.ToString(), actual.Layout.Layer.ToString());
        Assert.AreSequenceEqual(expected.Parameters.ToArray(), actual.Parameters.ToArray());
        Assert.AreSequenceEqual(expected.Buffers.ToArray(), actual.Buffers.ToArray());
        Assert.AreSequenceEqual(Scores(oneHot.Transform(view)), Scores(keys.Transform(view)));
        Assert.AreSequenceEqual(NamesOf(expected).Select(name => name.Replace("CityVector", "City", StringComparison.Ordinal).Replace("TagVectors", "Tags", StringComparison.Ordinal)), NamesOf(actual));
        return actual;

        static IEnumerable<string> NamesOf(TrainedNetwork network) => network.FeatureNames ?? [];

        ITransformer Fit(Action<DenseNetOptions> choose) => task.Trainer(_ml, choose) switch
        {
            DenseNetBinaryTrainer binary => binary.Fit(view, validation),
            DenseNetMulticlassTrainer multiclass => multiclass.Fit(view, validation),
            var other => ((DenseNetRegressionTrainer)other).Fit(view, validation),
        };
    }
}
