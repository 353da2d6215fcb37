using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;
using QuickStart;

string file = Path.Combine(AppContext.BaseDirectory, "breast_cancer.csv");
string modelFile = Path.Combine(AppContext.BaseDirectory, "tumors.zip");
string reportFile = Path.Combine(AppContext.BaseDirectory, "report.html");

// 569 tumors: 30 measurements each, and whether it was malignant. A quarter is held out for testing.
var mlContext = new MLContext(seed: 1);
var format = new TextLoader.Options { HasHeader = true, Separators = [','] };
var tumors = mlContext.Data.CreateTextLoader<Tumor>(format, dataSample: new MultiFileSource(file)).Load(file); // with the header's names
var split = mlContext.Data.TrainTestSplit(tumors, testFraction: 0.25);

// Train. Raw features are fine: the model scales them itself.
var options = new DenseNetBinaryTrainer.Options
{
    LabelColumnName = nameof(Tumor.Malignant),
    HiddenUnits = [32, 32],
    ValidationFraction = 0.2,
    EarlyStoppingRound = 20,
};
var recorder = new ProbabilityRecorder(mlContext.Data.ShuffleRows(split.TestSet, seed: 1), nameof(Tumor.Malignant), classNames: ["benign", "malignant"]);
options.Observers.Add(recorder);
var network = TrainingBar.Show(options, () => mlContext.BinaryClassification.Trainers.DenseNet(options).Fit(split.TrainSet));
var trees = mlContext.BinaryClassification.Trainers.LightGbm(nameof(Tumor.Malignant)).Fit(split.TrainSet);

// Evaluate both on rows that neither has seen.
var scores = new ScoreTable();
scores.Add("DenseNet", mlContext.BinaryClassification.Evaluate(network.Transform(split.TestSet), nameof(Tumor.Malignant)));
scores.Add("LightGbm", mlContext.BinaryClassification.Evaluate(trees.Transform(split.TestSet), nameof(Tumor.Malignant)));
scores.Print();

// Save, then load as another application would: prediction needs no libtorch.
mlContext.Model.SaveModel(network, tumors.Schema, modelFile);
var application = new MLContext();
var model = application.Model.Load(modelFile, out _);
var engine = application.Model.CreatePredictionEngine<Tumor, Diagnosis>(model);

var tumor = mlContext.Data.CreateEnumerable<Tumor>(split.TestSet, reuseRowObject: false).First();
var diagnosis = engine.Predict(tumor);
Console.WriteLine($"One tumor: malignant with probability {diagnosis.Probability:P1}, in truth {(tumor.Malignant ? "malignant" : "benign")}.");

// Finally, everything on one page: losses, metrics with confidence intervals, ROC, calibration, which measurements matter, the network.
var importance = mlContext.BinaryClassification.PermutationFeatureImportanceNonCalibrated((ITransformer)network, split.TestSet, nameof(Tumor.Malignant), permutationCount: 5);
TrainingReport.Write(reportFile, network, split.TestSet, new TrainingReportOptions
{
    Title = "Tumors",
    LabelColumnName = nameof(Tumor.Malignant),
    ClassNames = ["benign", "malignant"],
    TrainingData = split.TrainSet,
    TrainerOptions = options,
    Probabilities = recorder,
    Importance = importance.PlotImportance(),
    ModelFileName = Path.GetFileName(modelFile),
});
Console.WriteLine($"The report is in {reportFile}");
