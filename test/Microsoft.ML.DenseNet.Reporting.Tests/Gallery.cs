namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Every picture in its ordinary and its hard cases, by name.</summary>
internal static class Gallery
{
    private static readonly MLContext Ml = new(seed: 1);

    private static TrainedNetwork DefaultNetwork => ((DenseNetBinaryTransformer)TrainedModels.Default.Model).Model.Network;

    private static IDataView TimeStamps => Ml.Data.LoadFromEnumerable(
        Enumerable.Range(0, 200).Select(i => new TestRow { Features = [1.76e9f + 259200f * i, i % 7, 20_000 - i], Label = i > 100 }),
        TestRow.Schema(3));

    public static IReadOnlyDictionary<string, Func<Picture>> Pictures { get; } = new Dictionary<string, Func<Picture>>(ExplanationGallery.Pictures.Concat(TuningGallery.Pictures))
    {
        ["loss"] = () => Samples.History(100).PlotLoss(),
        ["loss, no epoch"] = () => new TrainingHistory([], 0, StopReason.Observer).PlotLoss(),
        ["loss, 1 epoch"] = () => Samples.History(1).PlotLoss(),
        ["loss, 10000 epochs"] = () => Samples.History(10_000).PlotLoss(),
        ["loss, logarithmic"] = () => Samples.History(100, validation: false).PlotLoss(logarithmic: true),
        ["loss, mean of networks"] = () => Samples.History(100, networks: 4).PlotLoss(unit: "nats"),
        ["loss, plateau"] = () => new TrainingHistory(Enumerable.Range(1, 10).Select(epoch => new EpochRecord(epoch, 0.69315 - 3e-6 * epoch, null, 0.1, null, epoch)), 10, StopReason.Completed).PlotLoss(),
        ["loss, hardly any change"] = () => new TrainingHistory(Enumerable.Range(1, 50).Select(epoch => new EpochRecord(epoch, 0.5 + 1e-9 / epoch, null, 0.1, null, epoch)), 50, StopReason.Completed).PlotLoss(),
        ["loss, huge"] = () => new TrainingHistory(Enumerable.Range(1, 50).Select(epoch => new EpochRecord(epoch, 1e30 + 1e28 * epoch, null, 0.1, null, epoch)), 50, StopReason.Completed).PlotLoss(),
        ["loss, constant"] = () => new TrainingHistory(Enumerable.Range(1, 9).Select(epoch => new EpochRecord(epoch, 0.5, 0.5, 0.1, null, epoch)), 1, StopReason.Completed).PlotLoss(),
        ["learning rate"] = () => Samples.History(100).PlotLearningRate(),
        ["learning rate, 1 epoch"] = () => Samples.History(1).PlotLearningRate(),
        ["comparison"] = () => HistoryPlots.Compare([("ReLU", Samples.History(100)), ("tanh", Samples.History(60)), (Samples.LongName, Samples.History(80))]),
        ["comparison of 8"] = () => HistoryPlots.Compare(Enumerable.Range(1, 8).Select(i => ($"run {i}", Samples.History(12 * i + 40, validation: false)))),
        ["comparison of 12"] = () => HistoryPlots.Compare(Enumerable.Range(1, 12).Select(i => ($"run {i}", Samples.History(20 * i, validation: false)))),
        ["confusion, 2 classes"] = () => Samples.Classification(2).PlotConfusion(),
        ["confusion, 30 classes, long names"] = () => Samples.Classification(30, longNames: true).PlotConfusion(),
        ["confusion, 12 classes"] = () => Samples.Classification(12).PlotConfusion(),
        ["confusion, names of the world"] = () => Samples.Classification(6, names: Samples.WorldNames).PlotConfusion(),
        ["roc, names of the world"] = () => Samples.Classification(6, names: Samples.WorldNames).PlotRoc(),
        ["roc, 8 classes"] = () => Samples.Classification(8).PlotRoc(),
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
        ["residuals, with a unit"] = () => Samples.Regression().PlotResiduals("price of the house", "1000 EUR"),
        ["residuals, equal predictions"] = () => Samples.Regression(equal: true).PlotResiduals(),
        ["importance, 1 feature"] = () => Samples.Importance(1).PlotImportance("Loss of R²"),
        ["importance, 2 features"] = () => Samples.Importance(2).PlotImportance("Loss of R²"),
        ["importance, 57 features, long names"] = () => Samples.Importance(57, longNames: true).PlotImportance("Loss of area under the ROC curve"),
        ["slices"] = () => SlicedResults.Read(SliceRow.View(SliceRow.Create(1000)), ["Region", "IsNew", "Age"]).PlotSlices(),
        ["slices, 1"] = () => SlicedResults.Read(SliceRow.View(SliceRow.Create(60)), ["IsNew"], options: new SliceOptions { MinimumRows = 50 }).PlotSlices(),
        ["slices, 60, long names, a number"] = () => SlicedResults.Read(SliceRow.View(SliceRow.Create(3000, south: Samples.LongName)), ["Region", "Age", "Height", "Rooms"], "Target", new SliceOptions { NumberOfBins = 30, MaximumSlices = 60 }).PlotSlices(),
        ["slices, names of the world"] = () => SlicedResults.Read(SliceRow.View(Samples.WorldNames.SelectMany((name, i) => SliceRow.Create(100, seed: i).Select(row => { row.Region = name; return row; }))), ["Region"]).PlotSlices(),
        ["drift, 5 features"] = () => Samples.Drift(5).PlotDrift(),
        ["drift, 1 feature, few rows"] = () => Samples.Drift(1, rows: 12).PlotDrift(),
        ["drift, 57 features, long names"] = () => Samples.Drift(57, longNames: true).PlotDrift(),
        ["data, 1 feature"] = () => TestRow.Data(Ml, 1, 80, 2).PlotDataset(),
        ["data, 2 features"] = () => TestRow.Data(Ml, 2, 80, 2, namePrefix: Samples.LongName).PlotDataset(),
        ["data, time stamps"] = () => TimeStamps.PlotDataset(),
        ["data, 4 features, a number"] = () => TestRow.Data(Ml, 4, 200, 3).PlotDataset("Value"),
        ["data, 40 features, 30 classes"] = () => TestRow.Data(Ml, 40, 900, 30, namePrefix: Samples.LongName).PlotDataset("Key"),
        ["network, deep"] = () => new NetworkLayout(Samples.Deep(20), 40).PlotArchitecture(),
        ["network, parallel paths"] = () => new NetworkLayout(Samples.Parallel, 40).PlotArchitecture(),
        ["network, default"] = () => DefaultNetwork.PlotArchitecture(),
        ["network, default, layout alone"] = () => DefaultNetwork.Layout.PlotArchitecture(),
        ["network, ensemble"] = () => Ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { EnsembleSize = 8, NumberOfEpochs = 1 }).Fit(TestRow.Data(Ml, 5, 80, 2)).Model.Network.PlotArchitecture(),
        ["network, 8 equal paths"] = () => new NetworkLayout(Layer.Sum(Enumerable.Repeat(Samples.Deep(2), 8)), 12).PlotArchitecture(),
        ["network, 8 paths"] = () => new NetworkLayout(Samples.Branches, 12).PlotArchitecture(),
        ["network, nested paths"] = () => new NetworkLayout(Samples.Nested, 12).PlotArchitecture(),
        ["network, 60 layers"] = () => new NetworkLayout(Samples.Deep(60), 40).PlotArchitecture(),
        ["network, linear"] = () => new NetworkLayout(Layer.Linear(1), 2).PlotArchitecture(),
        ["decision boundary"] = () => ((DenseNetMulticlassTransformer)TrainedModels.Multiclass.Model).Model.PlotDecisionBoundary(TrainedModels.Multiclass.Test, "Key"),
        ["decision boundary, named"] = () => ((DenseNetMulticlassTransformer)TrainedModels.Multiclass.Model).Model.PlotDecisionBoundary(TrainedModels.Multiclass.Test, "Key", classNames: ["setosa", "versicolor", "virginica"]),
        ["probabilities, default network"] = () => TrainedModels.Default.Options.Probabilities!.PlotProbabilities(),
        ["probability evolution, default network"] = () => TrainedModels.Default.Options.Probabilities!.PlotProbabilityEvolution(),
        ["probabilities"] = () => TrainedModels.Binary.Options.Probabilities!.PlotProbabilities(),
        ["probabilities, 3 classes"] = () => TrainedModels.Multiclass.Options.Probabilities!.PlotProbabilities(),
        ["probability evolution"] = () => TrainedModels.Binary.Options.Probabilities!.PlotProbabilityEvolution(),
        ["probability evolution, 3 classes"] = () => TrainedModels.Multiclass.Options.Probabilities!.PlotProbabilityEvolution(),
        ["network, nothing"] = () => new NetworkLayout(Layer.Identity, 1).PlotArchitecture(),
    };

    /// <summary>The names, for data-driven tests.</summary>
    public static IEnumerable<object[]> Names => Pictures.Keys.Select(name => new object[] { name });
}
