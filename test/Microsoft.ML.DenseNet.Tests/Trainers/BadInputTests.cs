using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What a user who errs is told, and when.</summary>
[TestClass]
public sealed class BadInputTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Data => TestTransformers.Data(_ml, ScoringRow.Create(20));

    public static IEnumerable<object[]> BadOptions() =>
    [
        Bad(options => options.LabelColumnName = "Features", "LabelColumnName", "Features"),
        Bad(options => options.LabelColumnName = "", "LabelColumnName"),
        Bad(options => options.FeatureColumnName = "", "FeatureColumnName"),
        Bad(options => options.ExampleWeightColumnName = "Features", "ExampleWeightColumnName"),
        Bad(options => options.BatchSize = 0, "BatchSize is 0", "at least 1"),
        Bad(options => options.LearningRate = 0, "LearningRate is 0", "above 0"),
        Bad(options => options.LearningRate = double.NaN, "LearningRate is NaN"),
        Bad(options => options.NumberOfEpochs = -1, "NumberOfEpochs is -1"),
        Bad(options => options.NumberOfEpochs = 100_001, "NumberOfEpochs is 100001", "100000"),
        Bad(options => options.NumberOfThreads = 0, "NumberOfThreads is 0"),
        Bad(options => options.DataPlacement = (DataPlacement)9, "DataPlacement is 9", "Stream"),
        Bad(options => options.MemoryBudget = 0, "MemoryBudget is 0", "at least 1"),
        Bad(options => options.ValidationFraction = 1, "ValidationFraction is 1"),
        Bad(options => options.ValidationFraction = -0.1, "ValidationFraction is -0.1"),
        Bad(options => options.WeightDecay = -1, "WeightDecay is -1"),
        Bad(options => options.EarlyStoppingRound = -1, "EarlyStoppingRound is -1"),
        Bad(options => options.GradientClipNorm = 0, "GradientClipNorm is 0"),
        Bad(options => options.GradientClipValue = double.PositiveInfinity, "GradientClipValue is", "finite"),
        Bad(options => options.HiddenUnits = [4, 0], "HiddenUnits[1] is 0"),
        Bad(options => options.Network = Layer.ReLU, "HiddenUnits and Network"),
        Bad(options => options.Initialization = (Initialization)99, "Initialization is 99", "KaimingNormal"),
        Bad(options => options.Precision = (Precision)7, "Precision is 7", "BFloat16"),
        Bad(
            options =>
            {
                options.HiddenUnits = null;
                options.Module = inputs => new FunkyNetwork(inputs, 1);
                options.Precision = Precision.BFloat16;
            },
            "Precision is BFloat16",
            "Module"),
        Bad(options => options.EnsembleSize = 0, "EnsembleSize is 0"),
        Bad(options => options.EnsembleSize = 257, "EnsembleSize is 257", "256"),
        Bad(
            options =>
            {
                options.EnsembleSize = 2;
                options.HiddenUnits = null;
                options.Network = Layer.Sequential(Layer.Linear(3), Layer.LayerNorm());
            },
            "EnsembleSize is 2",
            "LayerNorm"),
        Bad(
            options =>
            {
                options.EnsembleSize = 2;
                options.HiddenUnits = null;
                options.Module = inputs => new FunkyNetwork(inputs, 1);
            },
            "EnsembleSize is 2",
            "Module"),
        Bad(options => options.Observers.Add(null!), "Observers"),
        Bad(
            options =>
            {
                options.Optimizer = Optimizers.Rprop();
                options.WeightDecay = 0.1;
            },
            "WeightDecay is 0.1",
            "Rprop"),
    ];

    [TestMethod]
    [DynamicData(nameof(BadOptions))]
    public void OptionsAreCheckedAtConstruction(Action<DenseNetOptions> set, string[] words)
    {
        foreach (var task in new[] { TaskCase.Binary, TaskCase.Multiclass, TaskCase.Regression })
        {
            var error = Assert.Throws<ArgumentException>(() => task.Trainer(_ml, set));
            foreach (string word in words)
                StringAssert.Contains(error.Message, word);
        }
    }

    [TestMethod]
    [DataRow("Missing", "Features", "Label column 'Missing' not found")]
    [DataRow("Class", "Features", "Label column 'Class' is")]
    [DataRow("Key", "Features", "Label column 'Key' is")]
    [DataRow("Flag", "Nothing", "Feature column 'Nothing' not found")]
    [DataRow("Flag", "Value", "Feature column 'Value' is")]
    [DataRow("Flag", "Doubles", "Feature column 'Doubles' is")]
    [DataRow("Flag", "Words", "Feature column 'Words' is")]
    public void ColumnsAreCheckedBeforeFit(string label, string features, string message)
    {
        var data = _ml.Transforms.Conversion.ConvertType("Doubles", "Features", DataKind.Double)
            .Append(_ml.Transforms.Text.TokenizeIntoWords("Words", "Class")).Fit(Data).Transform(Data);
        var trainer = _ml.BinaryClassification.Trainers.DenseNet(label, features, numberOfEpochs: 1);
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.GetOutputSchema(SchemaShape.Create(data.Schema)));
        StringAssert.Contains(error.Message, message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(data));

        // The same through the interface, as a pipeline calls it.
        error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ((IEstimator<ITransformer>)trainer).GetOutputSchema(SchemaShape.Create(data.Schema)));
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    public void AVectorOfUnknownSizeIsRefused()
    {
        var data = _ml.Transforms.Conversion.MapValueToKey("WordKeys", "Class")
            .Append(_ml.Transforms.Text.TokenizeIntoWords("Words", "Class"))
            .Append(_ml.Transforms.Conversion.ConvertType("Numbers", "Words", DataKind.Single)).Fit(Data).Transform(Data);
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.BinaryClassification.Trainers.DenseNet("Flag", "Numbers").Fit(data));
        StringAssert.Contains(error.Message, "known-size");
    }

    [TestMethod]
    public void NoRowsIsSaid() => Refused<InvalidOperationException>(TaskCase.Binary, TestTransformers.Data(_ml, []), "no rows");

    [TestMethod]
    public void OneClassIsNamed()
    {
        var rows = ScoringRow.Create(20);
        foreach (var row in rows)
            (row.Flag, row.Class) = (true, "setosa");
        Refused<InvalidOperationException>(TaskCase.Binary, TestTransformers.Data(_ml, rows), "'Flag' is true in all 20");
        Refused<InvalidOperationException>(TaskCase.Multiclass, TestTransformers.Data(_ml, rows), "'setosa'");
    }

    [TestMethod]
    public void BadValuesNameColumnAndRow()
    {
        void Check(Action<ScoringRow> spoil, TaskCase task, Action<DenseNetOptions>? set, params string[] words)
        {
            var rows = ScoringRow.Create(20);
            spoil(rows[13]);
            Refused<InvalidOperationException>(task, TestTransformers.Data(_ml, rows), words, set);
        }

        Check(row => row.Features[3] = float.PositiveInfinity, TaskCase.Binary, null, "'Features'", "row 13", "slot 3");
        Check(row => row.Features[3] = float.NaN, TaskCase.Binary, options => options.ScaleFeatures = false, "'Features'", "row 13", "ScaleFeatures");
        Check(row => row.Value = float.NaN, TaskCase.Regression, null, "'Value'", "row 13");
        Check(row => row.Value = float.NegativeInfinity, TaskCase.Regression, null, "'Value'", "row 13");
        Check(row => row.Weight = -1, TaskCase.Regression, options => options.ExampleWeightColumnName = "Weight", "'Weight'", "row 13", "-1");
        Check(row => row.Class = null!, TaskCase.Multiclass, null, "'Key'", "row 13");
    }

    [TestMethod]
    public void WeightsThatAreAllZeroAreRefused()
    {
        var rows = ScoringRow.Create(20);
        foreach (var row in rows)
            row.Weight = 0;
        Refused<InvalidOperationException>(TaskCase.Binary, TestTransformers.Data(_ml, rows), ["'Weight'", "0 in every row"], options => options.ExampleWeightColumnName = "Weight");
    }

    [TestMethod]
    public void DivergenceSaysWhatToTry()
    {
        Refused<InvalidOperationException>(TaskCase.Regression, Data, ["epoch", "learning rate 1E+10", "LearningRate"], options =>
        {
            options.LearningRate = 1e10;
            options.Optimizer = Optimizers.SGD();
            options.NumberOfEpochs = 50;
        });
    }

    [TestMethod]
    public void EarlyStoppingWithoutValidationIsRefused() =>
        Refused<InvalidOperationException>(TaskCase.Binary, Data, ["EarlyStoppingRound is 3", "ValidationFraction"], options => options.EarlyStoppingRound = 3);

    [TestMethod]
    public void AnEmptyPartOfASplitIsRefused() =>
        Refused<InvalidOperationException>(TaskCase.Regression, TestTransformers.Data(_ml, ScoringRow.Create(3)), ["ValidationFraction 0.01", "3 rows"], options => options.ValidationFraction = 0.01);

    [TestMethod]
    public void BatchNormOnOneRowIsExplained() =>
        Refused<InvalidOperationException>(TaskCase.Regression, TestTransformers.Data(_ml, ScoringRow.Create(4)), ["BatchNorm", "BatchSize"], options =>
        {
            options.BatchSize = 1;
            options.HiddenUnits = null;
            options.Network = Layer.Sequential(Layer.Linear(3), Layer.BatchNorm());
        });

    [TestMethod]
    public void AGpuThatIsMissingIsSaid()
    {
        if (TorchSharp.torch.cuda.is_available())
            return; // the message is about its absence
        Refused<InvalidOperationException>(TaskCase.Binary, Data, ["Cuda(3)"], options => options.Device = DenseNetDevice.Cuda(3));
        _ml.GpuDeviceId = 2;
        _ml.FallbackToCpu = false;
        Refused<InvalidOperationException>(TaskCase.Binary, Data, ["GpuDeviceId is 2", "FallbackToCpu"], _ => { });
        _ml.FallbackToCpu = true;
        TaskCase.Binary.Trainer(_ml, null).Fit(Data);
    }

    [TestMethod]
    public void ConstantMissingAndHugeFeaturesTrain()
    {
        var rows = ScoringRow.Create(60);
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i].Features[0] = 3;                                  // constant
            rows[i].Features[1] = i % 3 == 0 ? float.NaN : rows[i].Features[1];
            rows[i].Features[2] = i == 7 ? 1e30f : rows[i].Features[2];
            rows[i].Features[3] = float.NaN;                          // always missing
            rows[i].Features[4] = rows[i].Flag ? 1e30f : -1e30f;      // huge, and it tells the classes apart
        }

        var data = TestTransformers.Data(_ml, rows);
        var transformer = _ml.BinaryClassification.Trainers.DenseNet("Flag", hiddenUnits: [8], learningRate: 0.01).Fit(data);
        foreach (var record in transformer.Model.Network.History)
            Assert.IsTrue(double.IsFinite(record.TrainingLoss));
        Assert.AreEqual(1, _ml.BinaryClassification.Evaluate(transformer.Transform(data), "Flag").AreaUnderRocCurve);

        // Values never seen in training still give a number.
        foreach (float wild in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue, 1e30f])
        {
            var output = new float[1];
            transformer.Model.Network.Predict([wild, wild, wild, wild, wild], output);
            Assert.IsTrue(float.IsFinite(output[0]), $"{wild}");
        }
    }

    private void Refused<TException>(TaskCase task, IDataView data, params string[] words)
        where TException : Exception => Refused<TException>(task, data, words, null);

    private void Refused<TException>(TaskCase task, IDataView data, string[] words, Action<DenseNetOptions>? set)
        where TException : Exception
    {
        var error = Assert.ThrowsExactly<TException>(() => task.Trainer(_ml, set).Fit(data));
        foreach (string word in words)
            StringAssert.Contains(error.Message, word);
    }

    private static object[] Bad(Action<DenseNetOptions> set, params string[] words) => [set, words];
}
