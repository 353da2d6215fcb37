namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Small models, really trained, with all that a report can show of them.</summary>
internal static class TrainedModels
{
    public static MLContext Ml { get; } = new(seed: 1);

    public static (ITransformer Model, IDataView Test, TrainingReportOptions Options) Binary { get; } = TrainBinary(features: 4);

    /// <summary>Two features, so that the decision boundary is shown.</summary>
    public static (ITransformer Model, IDataView Test, TrainingReportOptions Options) Multiclass { get; } = TrainMulticlass();

    public static (ITransformer Model, IDataView Test, TrainingReportOptions Options) Regression { get; } = TrainRegression();

    /// <summary>Several networks, averaged.</summary>
    public static (ITransformer Model, IDataView Test, TrainingReportOptions Options) Default { get; } = TrainDefault();

    public static (ITransformer Model, IDataView Test, TrainingReportOptions Options) TrainBinary(int features)
    {
        var train = TestRow.Data(Ml, features, 200, 2, namePrefix: "sepal length (cm)");
        var recorder = new ProbabilityRecorder(train, maximumRows: 30, classNames: ["setosa", "virginica"]);
        var options = new DenseNetBinaryTrainer.Options
        {
            Network = Layer.Sequential(Layer.Linear(8), Layer.Sum(Layer.ReLU, Layer.Tanh), Layer.Linear(4), Layer.ReLU),
            NumberOfEpochs = 80,
            ValidationFraction = 0.2,
            Schedule = Schedules.Cosine(),
            Observers = { recorder },
        };
        var model = Ml.BinaryClassification.Trainers.DenseNet(options).Fit(train);
        var test = TestRow.Data(Ml, features, 150, 2, seed: 2, namePrefix: "sepal length (cm)");
        var importance = Enumerable.Range(1, features).Select(i => new FeatureImportance($"sepal length (cm) {i}", 0.2 / i, 0.01));
        return (model, test, new TrainingReportOptions
        {
            Title = "Flowers",
            Description = "Synthetic measurements of two kinds of flowers.",
            ClassNames = ["setosa", "virginica"],
            TrainingData = train,
            TrainerOptions = options,
            Probabilities = recorder,
            Importance = importance.PlotImportance("Loss of area under the ROC curve"),
            Comparison = [("This training", model.Model.Network.History), ("Another", Samples.History(60))],
        });
    }

    private static (ITransformer Model, IDataView Test, TrainingReportOptions Options) TrainMulticlass()
    {
        var train = TestRow.Data(Ml, 2, 240, 3);
        var options = new DenseNetMulticlassTrainer.Options { LabelColumnName = "Key", HiddenUnits = [16], NumberOfEpochs = 60 };
        var recorder = new ProbabilityRecorder(train, "Key", maximumRows: 24, everyEpochs: 10);
        options.Observers.Add(recorder);
        var model = Ml.MulticlassClassification.Trainers.DenseNet(options).Fit(train);
        return (model, TestRow.Data(Ml, 2, 120, 3, seed: 2), new TrainingReportOptions { LabelColumnName = "Key", TrainingData = train, TrainerOptions = options, Probabilities = recorder });
    }

    private static (ITransformer Model, IDataView Test, TrainingReportOptions Options) TrainDefault()
    {
        var train = TestRow.Data(Ml, 5, 400, 2, spread: 8);
        var recorder = new ProbabilityRecorder(train, maximumRows: 30);
        var options = new DenseNetBinaryTrainer.Options { NumberOfEpochs = 8, Observers = { recorder } };
        var model = Ml.BinaryClassification.Trainers.DenseNet(options).Fit(train);
        return (model, TestRow.Data(Ml, 5, 150, 2, seed: 2, spread: 8), new TrainingReportOptions { TrainingData = train, TrainerOptions = options, Probabilities = recorder });
    }

    private static (ITransformer Model, IDataView Test, TrainingReportOptions Options) TrainRegression()
    {
        var options = new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", HiddenUnits = [16], NumberOfEpochs = 40 };
        var model = Ml.Regression.Trainers.DenseNet(options).Fit(TestRow.Data(Ml, 5, 300, 3));
        return (model, TestRow.Data(Ml, 5, 150, 3, seed: 2), new TrainingReportOptions { LabelColumnName = "Value" });
    }
}
