namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Every picture in its ordinary and its hard cases, by name.</summary>
internal static class Gallery
{
    private static readonly MLContext Ml = new(seed: 1);

    public static IReadOnlyDictionary<string, Func<Picture>> Pictures { get; } = new Dictionary<string, Func<Picture>>
    {
        ["loss"] = () => Samples.History(100).PlotLoss(),
        ["loss, no epoch"] = () => new TrainingHistory([], 0, StopReason.Observer).PlotLoss(),
        ["loss, 1 epoch"] = () => Samples.History(1).PlotLoss(),
        ["loss, 10000 epochs"] = () => Samples.History(10_000).PlotLoss(),
        ["loss, logarithmic"] = () => Samples.History(100, validation: false).PlotLoss(logarithmic: true),
        ["loss, constant"] = () => new TrainingHistory(Enumerable.Range(1, 9).Select(epoch => new EpochRecord(epoch, 0.5, 0.5, 0.1, null, epoch)), 1, StopReason.Completed).PlotLoss(),
        ["learning rate"] = () => Samples.History(100).PlotLearningRate(),
        ["learning rate, 1 epoch"] = () => Samples.History(1).PlotLearningRate(),
        ["comparison"] = () => HistoryPlots.Compare([("ReLU", Samples.History(100)), ("tanh", Samples.History(60)), (Samples.LongName, Samples.History(80))]),
        ["comparison of 12"] = () => HistoryPlots.Compare(Enumerable.Range(1, 12).Select(i => ($"run {i}", Samples.History(20 * i, validation: false)))),
        ["confusion, 2 classes"] = () => Samples.Classification(2).PlotConfusion(),
        ["confusion, 30 classes, long names"] = () => Samples.Classification(30, longNames: true).PlotConfusion(),
        ["confusion, an empty class"] = () => Samples.Classification(4, empty: 2, longNames: true).PlotConfusion(),
        ["confusion, equal predictions"] = () => Samples.Classification(3, equal: true).PlotConfusion(),
        ["roc, 2 classes"] = () => Samples.Classification(2).PlotRoc(),
        ["roc, 5 classes"] = () => Samples.Classification(5).PlotRoc(),
        ["roc, 30 classes, long names"] = () => Samples.Classification(30, longNames: true).PlotRoc(),
        ["roc, an empty class"] = () => Samples.Classification(4, empty: 2).PlotRoc(),
        ["roc, one class alone"] = () => Samples.Classification(2, empty: 1).PlotRoc(),
        ["roc, equal predictions"] = () => Samples.Classification(2, equal: true).PlotRoc(),
        ["precision and recall, 2 classes"] = () => Samples.Classification(2).PlotPrecisionRecall(),
        ["precision and recall, 30 classes"] = () => Samples.Classification(30).PlotPrecisionRecall(),
        ["precision and recall, an empty class"] = () => Samples.Classification(4, empty: 0, longNames: true).PlotPrecisionRecall(),
        ["precision and recall, equal predictions"] = () => Samples.Classification(2, equal: true).PlotPrecisionRecall(),
        ["calibration, 2 classes"] = () => Samples.Classification(2, longNames: true).PlotCalibration(),
        ["calibration, 30 classes"] = () => Samples.Classification(30).PlotCalibration(),
        ["calibration, equal predictions"] = () => Samples.Classification(2, equal: true).PlotCalibration(),
        ["residuals"] = () => Samples.Regression().PlotResiduals(),
        ["residuals, equal predictions"] = () => Samples.Regression(equal: true).PlotResiduals(),
        ["importance, 2 features"] = () => Samples.Importance(2).PlotImportance("Loss of R²"),
        ["importance, 57 features, long names"] = () => Samples.Importance(57, longNames: true).PlotImportance("Loss of area under the ROC curve"),
        ["data, 1 feature"] = () => TestRow.Data(Ml, 1, 80, 2).PlotDataset(),
        ["data, 2 features"] = () => TestRow.Data(Ml, 2, 80, 2, namePrefix: Samples.LongName).PlotDataset(),
        ["data, 4 features, a number"] = () => TestRow.Data(Ml, 4, 200, 3).PlotDataset("Value"),
        ["data, 40 features, 30 classes"] = () => TestRow.Data(Ml, 40, 900, 30, namePrefix: Samples.LongName).PlotDataset("Key"),
        ["network, deep"] = () => new NetworkLayout(Samples.Deep(20), 40).PlotArchitecture(),
        ["network, parallel paths"] = () => new NetworkLayout(Samples.Parallel, 40).PlotArchitecture(),
        ["network, linear"] = () => new NetworkLayout(Layer.Linear(1), 2).PlotArchitecture(),
        ["decision boundary"] = () => ((DenseNetMulticlassTransformer)TrainedModels.Multiclass.Model).Model.PlotDecisionBoundary(TrainedModels.Multiclass.Test, "Key"),
        ["probabilities"] = () => TrainedModels.Binary.Options.Probabilities!.PlotProbabilities(),
        ["probabilities, 3 classes"] = () => TrainedModels.Multiclass.Options.Probabilities!.PlotProbabilities(),
        ["probability evolution"] = () => TrainedModels.Binary.Options.Probabilities!.PlotProbabilityEvolution(),
        ["probability evolution, 3 classes"] = () => TrainedModels.Multiclass.Options.Probabilities!.PlotProbabilityEvolution(),
        ["network, nothing"] = () => new NetworkLayout(Layer.Identity, 1).PlotArchitecture(),
    };

    /// <summary>The names, for data-driven tests.</summary>
    public static IEnumerable<object[]> Names => Pictures.Keys.Select(name => new object[] { name });
}
