using System.Runtime.InteropServices;
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
        Bad(options => options.ExampleWeightColumnName = "", "ExampleWeightColumnName is empty"),
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
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { HiddenUnits = [8, 0] }, "Defaults.HiddenUnits[1] is 0"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { HiddenUnitsWithoutEmbedding = [-1] }, "Defaults.HiddenUnitsWithoutEmbedding[0] is -1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { Activation = null! }, "Defaults.Activation is null"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { Schedule = null! }, "Defaults.Schedule is null"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { Dropout = 1 }, "Defaults.Dropout is 1", "below 1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { CategoryWidth = -1 }, "Defaults.CategoryWidth is -1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { LabelSmoothing = 1 }, "Defaults.LabelSmoothing is 1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { DoubtedRows = -1 }, "Defaults.DoubtedRows is -1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { LearningRate = -1 }, "Defaults.LearningRate is -1", "above 0"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { FullRateRows = -1 }, "Defaults.FullRateRows is -1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { WeightAveraging = -1 }, "Defaults.WeightAveraging is -1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { WeightAveraging = double.NaN }, "Defaults.WeightAveraging is NaN"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { WeightDecay = double.NaN }, "Defaults.WeightDecay is NaN"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { SecondMomentDecay = 1 }, "Defaults.SecondMomentDecay is 1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { GradientClipNorm = -1 }, "Defaults.GradientClipNorm is -1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { NumberOfEpochs = -1 }, "Defaults.NumberOfEpochs is -1", "100000"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { BatchSize = 0 }, "Defaults.BatchSize is 0"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { Folds = 1 }, "Defaults.Folds is 1", "at least 2"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { MaximumTrainedFolds = 0 }, "Defaults.MaximumTrainedFolds is 0"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { MinimumRowsToValidate = 4 }, "Defaults.MinimumRowsToValidate is 4", "at least 5"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { EarlyStoppingRound = -1 }, "Defaults.EarlyStoppingRound is -1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { EarlyStoppingGrowth = -1 }, "Defaults.EarlyStoppingGrowth is -1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { EarlyStoppingSteps = -1 }, "Defaults.EarlyStoppingSteps is -1"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { WorkBudget = double.NaN }, "Defaults.WorkBudget is NaN"),
        Bad(options => options.Defaults = DenseNetDefaults.For(LearningTask.Regression) with { WorkPerRow = -1 }, "Defaults.WorkPerRow is -1"),
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
    public void AMissingColumnNamesItsOption()
    {
        foreach (var (set, option) in new (Action<DenseNetOptions>, string)[]
        {
            (options => options.LabelColumnName = "Nope", "LabelColumnName"),
            (options => options.FeatureColumnName = "Nope", "FeatureColumnName"),
            (options => options.ExampleWeightColumnName = "Nope", "ExampleWeightColumnName"),
        })
        {
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => TaskCase.Binary.Trainer(_ml, set).Fit(Data)).Message, $"Set {option} to one of them");
        }
    }

    [TestMethod]
    public void AVectorOfUnknownSizeIsRefusedUntilItsPropertySaysHowLongItIs()
    {
        var unsized = _ml.Data.LoadFromEnumerable(ScoringRow.Create(20).Select(row => new UnsizedRow { Features = row.Features, Flag = row.Flag }));
        StringAssert.Contains(Refused(TaskCase.Binary, unsized), "a known-size Vector<Single>");
        StringAssert.Contains(Refused(TaskCase.Binary, unsized), "[VectorType(n)]");

        // The other advice: a schema that knows the size.
        var schema = SchemaDefinition.Create(typeof(UnsizedRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, ScoringRow.Width);
        TaskCase.Binary.Trainer(_ml, null).Fit(_ml.Data.LoadFromEnumerable(ScoringRow.Create(20).Select(row => new UnsizedRow { Features = row.Features, Flag = row.Flag }), schema));
    }

    [TestMethod]
    public void TheAdviceAboutEachTypeWorks()
    {
        // Each case: the column that is wrong, what the message names, and that done.
        var numbers = _ml.Transforms.Conversion.ConvertType("Doubles", "Features", DataKind.Double)
            .Append(_ml.Transforms.Conversion.ConvertType("Number", "Flag", DataKind.Int32))
            .Append(_ml.Transforms.Conversion.MapValueToKey("NumberKey", "Value")).Fit(Data).Transform(Data);
        var isVirginica = _ml.Transforms.Conversion.MapValue("Flag", new Dictionary<string, bool> { ["setosa"] = false, ["versicolor"] = false, ["virginica"] = true }, "Class");
        (TaskCase Task, Action<DenseNetOptions> Wrong, string[] Words, IEstimator<ITransformer> Remedy)[] cases =
        [
            (TaskCase.Binary, options => options.LabelColumnName = "Class", ["MapValue"], isVirginica),
            (TaskCase.Binary, options => options.LabelColumnName = "Key", ["MapKeyToValue", "MapValue", "MulticlassClassification"], _ml.Transforms.Conversion.MapKeyToValue("Class", "Key").Append(isVirginica)),
            (TaskCase.Binary, options => options.LabelColumnName = "Number", ["ConvertType", "Boolean"], _ml.Transforms.Conversion.ConvertType("Flag", "Number", DataKind.Boolean)),
            (TaskCase.Multiclass, options => options.LabelColumnName = "Class", ["MapValueToKey"], _ml.Transforms.Conversion.MapValueToKey("Key", "Class")),
            (TaskCase.Regression, options => options.LabelColumnName = "Number", ["ConvertType", "Single"], _ml.Transforms.Conversion.ConvertType("Value", "Number", DataKind.Single)),
            (TaskCase.Regression, options => options.LabelColumnName = "NumberKey", ["MapKeyToValue", "ConvertType"], _ml.Transforms.Conversion.MapKeyToValue("Number", "NumberKey").Append(_ml.Transforms.Conversion.ConvertType("Value", "Number", DataKind.Single))),
            (TaskCase.Regression, options => options.FeatureColumnName = "Doubles", ["ConvertType"], _ml.Transforms.Conversion.ConvertType("Features", "Doubles", DataKind.Single)),
            (TaskCase.Regression, options => options.FeatureColumnName = "Weight", ["Concatenate"], _ml.Transforms.Concatenate("Features", "Weight")),
            (TaskCase.Regression, options => options.FeatureColumnName = "Number", ["ConvertType", "then mlContext.Transforms.Concatenate"], _ml.Transforms.Conversion.ConvertType("Single", "Number", DataKind.Single).Append(_ml.Transforms.Concatenate("Features", "Single"))),
            (TaskCase.Regression, options => options.FeatureColumnName = "Key", ["MapKeyToVector"], _ml.Transforms.Conversion.MapKeyToVector("Features", "Key")),
            (TaskCase.Regression, options => options.FeatureColumnName = "Class", ["OneHotEncoding", "FeaturizeText"], _ml.Transforms.Categorical.OneHotEncoding("Features", "Class")),
            (TaskCase.Multiclass, options => options.ExampleWeightColumnName = "Number", ["ConvertType", "Single"], _ml.Transforms.Conversion.ConvertType("Weight", "Number", DataKind.Single)),
        ];
        foreach (var (task, wrong, words, remedy) in cases)
        {
            string message = Refused(task, numbers, wrong);
            foreach (string word in words)
                StringAssert.Contains(message, word);
            remedy.Append(task.Trainer(_ml, options => options.ExampleWeightColumnName = words.Contains("Single") && task == TaskCase.Multiclass ? "Weight" : null)).Fit(numbers);
        }

        foreach (Action<DenseNetOptions> wrong in (Action<DenseNetOptions>[])[options => options.LabelColumnName = "Doubles", options => options.ExampleWeightColumnName = "Doubles"])
            StringAssert.Contains(Refused(TaskCase.Regression, numbers, wrong), "One value a row is needed");
    }

    [TestMethod]
    public void OptionsThatWereChangedAfterwardsAreCheckedAgain()
    {
        var options = new DenseNetBinaryTrainer.Options { LabelColumnName = "Flag", HiddenUnits = [4], NumberOfEpochs = 1 };
        var trainer = _ml.BinaryClassification.Trainers.DenseNet(options);
        options.BatchSize = 0;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.Fit(Data)).Message, "BatchSize is 0");

        // The columns are those that the trainer was made with: its schema was promised for them.
        options.BatchSize = null;
        options.LabelColumnName = "Nope";
        trainer.Fit(Data);
    }

    [TestMethod]
    public void WhatTheSettingsAloneDecideIsSaidBeforeARowIsRead()
    {
        int read = 0;
        var schema = SchemaDefinition.Create(typeof(ScoringRow));
        var data = _ml.Data.LoadFromEnumerable(ScoringRow.Create(20).Select(row => { read++; return row; }), schema);
        Refused<InvalidOperationException>(TaskCase.Binary, data, ["EarlyStoppingRound is 3"], options => options.EarlyStoppingRound = 3);
        Refused<InvalidOperationException>(TaskCase.Binary, data, ["Mps"], options => options.Device = DenseNetDevice.Mps);
        Assert.AreEqual(0, read);
    }

    [TestMethod]
    public void ErrorsInValidationDataSaySo()
    {
        void Check(IDataView validation, string words, Action<DenseNetOptions>? set = null)
        {
            var trainer = _ml.BinaryClassification.Trainers.DenseNet(Options(set));
            var error = Assert.Throws<Exception>(() => trainer.Fit(Data, validation));
            StringAssert.Contains(error.Message, words);
        }

        DenseNetBinaryTrainer.Options Options(Action<DenseNetOptions>? set)
        {
            var options = new DenseNetBinaryTrainer.Options { LabelColumnName = "Flag", HiddenUnits = [4], NumberOfEpochs = 1 };
            set?.Invoke(options);
            return options;
        }

        Check(TestTransformers.Data(_ml, []), "The validation data has no rows");
        Check(_ml.Transforms.DropColumns("Flag").Fit(Data).Transform(Data), "The validation data has 'Features'");
        var rows = ScoringRow.Create(9);
        rows[4].Features[2] = float.NegativeInfinity;
        Check(TestTransformers.Data(_ml, rows), "Column 'Features' of the validation data holds");
        foreach (var row in rows)
            (row.Features[2], row.Weight) = (0, 0);
        Check(TestTransformers.Data(_ml, rows), "'Weight' of the validation data is 0", options => options.ExampleWeightColumnName = "Weight");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ValidationDataMustNumberTheSameClasses(bool isDefault)
    {
        var train = Data;
        var four = TestTransformers.Data(_ml, [.. ScoringRow.Create(20), new ScoringRow { Features = new float[ScoringRow.Width], Class = "iris" }]);
        var turned = TestTransformers.Data(_ml, ScoringRow.Create(20).Reverse());
        Check(four, "There are 3 classes in the training data, but 4 in the validation data's label column 'Key'");
        Check(turned, "Class 0 of the training data is 'setosa', but 'versicolor' in the validation data's label column 'Key'");

        void Check(IDataView validation, string words)
        {
            var options = new DenseNetMulticlassTrainer.Options { LabelColumnName = "Key", HiddenUnits = isDefault ? null : [4], NumberOfEpochs = 1 };
            var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.MulticlassClassification.Trainers.DenseNet(options).Fit(train, validation));
            StringAssert.Contains(error.Message, words);
            StringAssert.Contains(error.Message, "the same fitted transforms");
        }
    }

    [TestMethod]
    public void RowsThatDoNotCountAreNotThere()
    {
        var rows = ScoringRow.Create(8);
        for (int i = 0; i < rows.Length; i++)
            rows[i].Weight = i == 3 ? 1 : 0;
        Refused<InvalidOperationException>(TaskCase.Regression, TestTransformers.Data(_ml, rows), ["ValidationFraction 0.5 of 1 rows"], options => (options.ValidationFraction, options.ExampleWeightColumnName) = (0.5, "Weight"));

        rows = ScoringRow.Create(60);
        foreach (var row in rows)
            row.Weight = row.Flag ? 0 : 1;
        Refused<InvalidOperationException>(TaskCase.Binary, TestTransformers.Data(_ml, rows), ["'Flag' is false", "weight above 0"], options => options.ExampleWeightColumnName = "Weight");
    }

    [TestMethod]
    public void TheDefaultNetworkOnFewRowsNeedsValidationDataToStopEarly() =>
        Refused<InvalidOperationException>(TaskCase.Binary, TestTransformers.Data(_ml, ScoringRow.Create(15)), ["EarlyStoppingRound is 1", "fewer than", "ValidationFraction"], options => (options.HiddenUnits, options.EarlyStoppingRound) = (null, 1));

    [TestMethod]
    public void AModelOfOtherClassesIsNotTrainedOn()
    {
        var rows = ScoringRow.Create(30);
        var model = _ml.MulticlassClassification.Trainers.DenseNet("Key", hiddenUnits: [4], numberOfEpochs: 1).Fit(TestTransformers.Data(_ml, rows));
        var trainer = _ml.MulticlassClassification.Trainers.DenseNet("Key", numberOfEpochs: 1);
        var loaded = (DenseNetMulticlassTransformer)EstimatorChecks.SaveAndLoad(model, Data.Schema, out _);
        trainer.Fit(TestTransformers.Data(_ml, rows), loaded.Model);

        // The same classes, but numbered in another order.
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(TestTransformers.Data(_ml, rows.Reverse()), loaded.Model));
        StringAssert.Contains(error.Message, "is 'setosa', but 'virginica' in label column 'Key'");
        error = Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(TestTransformers.Data(_ml, rows.Where(row => row.Class != "setosa")), loaded.Model));
        StringAssert.Contains(error.Message, "There are 3 classes in the model to train on from, but 2 in label column 'Key'");
    }

    [TestMethod]
    public void AModelOfAnotherLossIsNotTrainedOnWithPoisson()
    {
        var rows = ScoringRow.Create(30);
        foreach (var row in rows)
            row.Value = Math.Abs(row.Value);
        var data = TestTransformers.Data(_ml, rows);
        var poisson = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", Loss = Losses.Poisson(), NumberOfEpochs = 1 });
        foreach (bool standardize in (bool[])[true, false])
        {
            var model = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", HiddenUnits = [4], NumberOfEpochs = 1, StandardizeTarget = standardize }).Fit(data);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => poisson.Fit(data, model.Model)).Message, "Loss Poisson trains a network whose output is the logarithm");
        }

        var own = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", HiddenUnits = [4], NumberOfEpochs = 1, Loss = Losses.Poisson() }).Fit(data);
        poisson.Fit(data, own.Model);
    }

    [TestMethod]
    [DataRow("LINUX", Architecture.X64, "libtorch-cpu-linux-x64 2.10.0", "TorchSharp-cuda-linux 0.107.0")]
    [DataRow("WINDOWS", Architecture.X64, "libtorch-cpu-win-x64 2.10.0", "TorchSharp-cuda-windows 0.107.0")]
    [DataRow("WINDOWS", Architecture.Arm64, "libtorch-cpu-win-arm64 2.10.0", "TorchSharp-cpu 0.107.0")]
    [DataRow("OSX", Architecture.Arm64, "libtorch-cpu-osx-arm64 2.10.0", "TorchSharp-cpu 0.107.0")]
    [DataRow("OSX", Architecture.X64, "There is no libtorch for OSX on X64", "macOS on Arm64")]
    [DataRow("LINUX", Architecture.Arm64, "There is no libtorch for LINUX on Arm64", "Linux or Windows on x64")]
    public void ThePackageOfEachPlatformExists(string system, Architecture architecture, string package, string other)
    {
        // The packages are those of Directory.Packages.props.
        string advice = LibtorchPackage.Advice(OSPlatform.Create(system), architecture, "the application");
        StringAssert.Contains(advice, package);
        StringAssert.Contains(advice, other);
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
            transformer.Model.Network.ComputeOutputs([wild, wild, wild, wild, wild], output);
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

    private string Refused(TaskCase task, IDataView data, Action<DenseNetOptions>? set = null) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => task.Trainer(_ml, set).Fit(data)).Message;

    private static object[] Bad(Action<DenseNetOptions> set, params string[] words) => [set, words];
}
