using Microsoft.ML;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;
using WebApi.Cars;

string modelFile = Path.Combine(AppContext.BaseDirectory, "cars.zip");
string pictureFolder = Path.Combine(AppContext.BaseDirectory, "pictures");
string reportFile = Path.Combine(AppContext.BaseDirectory, "report.html");
string boardFolder = Path.Combine(AppContext.BaseDirectory, "board");
if (Directory.Exists(boardFolder))
    Directory.Delete(boardFolder, recursive: true); // of an earlier run

// 199 cars of 1985: make, fuel, body and driven wheels, five numbers, and the price. A fifth is held out for testing.
var mlContext = new MLContext(seed: 1);
var cars = mlContext.Data.LoadFromTextFile<SoldCar>(Path.Combine(AppContext.BaseDirectory, "cars.csv"), separatorChar: ',', hasHeader: true);
var split = mlContext.Data.TrainTestSplit(cars, testFraction: 0.2);
string[] texts = [nameof(Car.Make), nameof(Car.Fuel), nameof(Car.Body), nameof(Car.Drive)];
string[] numbers = [nameof(Car.WheelBase), nameof(Car.CurbWeight), nameof(Car.EngineSize), nameof(Car.Horsepower), nameof(Car.CityMpg)];
var steps = mlContext.Transforms.Conversion.MapValueToKey([.. texts.Select(name => new InputOutputColumnPair(name))])
    .Append(mlContext.Transforms.Concatenate("Features", numbers)).Fit(split.TrainSet);
var trainingRows = mlContext.Data.Cache(steps.Transform(split.TrainSet)); // they are read for every trial

// Tune. The first trial has the options as they are. All are judged by training rows that their networks did not see.
var options = new DenseNetRegressionTrainer.Options { LabelColumnName = nameof(SoldCar.Price), CategoryColumnNames = texts };
var tuned = mlContext.Regression.TuneDenseNet(trainingRows, options, new DenseNetTuningOptions
{
    MaximumTrials = 24,
    TensorBoardDirectory = boardFolder,
    Progress = progress => Console.Error.Write($"\r{progress.EndedTrials} of {progress.MaximumTrials} trials{(progress.Best is { } best ? $", best error {best.Metric:F0} dollars" : "")} "),
});
Console.Error.WriteLine();

// What it found.
Console.WriteLine($"{tuned.Trials.Count} trials, of which {tuned.Trials.Count(trial => trial.State == TuningTrialState.Stopped)} were stopped early.");
Console.WriteLine($"Error on rows that they did not see: {tuned.Trials[0].Metric:F0} dollars without tuning, {tuned.Best.Metric:F0} with the best options, {tuned.EnsembleMetric:F0} averaged over {tuned.Members.Count} trials.");
string[] mattered = [.. tuned.ParameterImportances().Where(importance => importance.Share > 0).Select(importance => $"{importance.Parameter} {importance.Share:P0}")];
Console.WriteLine($"What mattered: {(mattered.Length == 0 ? "nothing that stands out from chance" : string.Join(", ", mattered))}.");
Console.WriteLine($"\n{tuned.BestOptionsAsCSharp}\n");

// How good it is on cars that nothing above has seen, beside the options without tuning.
var plain = mlContext.Regression.Trainers.DenseNet(options).Fit(trainingRows);
foreach (var (name, model) in new (string, ITransformer)[] { ("without tuning", plain), ("best options", tuned.Model), ("ensemble", tuned.Ensemble) })
{
    var metrics = mlContext.Regression.Evaluate(model.Transform(steps.Transform(split.TestSet)), nameof(SoldCar.Price));
    Console.WriteLine($"Test cars, {name,-14}  R² {metrics.RSquared:F3}, root mean squared error {metrics.RootMeanSquaredError:F0} dollars");
}

// Save, draw, report.
var pipeline = steps.Append(tuned.Ensemble);
mlContext.Model.SaveModel(pipeline, cars.Schema, modelFile);
tuned.PlotTrials().Save(Path.Combine(pictureFolder, "trials.png"));
tuned.PlotRungs().Save(Path.Combine(pictureFolder, "rungs.png"));
tuned.PlotParameterImportances().Save(Path.Combine(pictureFolder, "importance.png"));
tuned.PlotParallelCoordinates().Save(Path.Combine(pictureFolder, "values.png"));
TrainingReport.Write(reportFile, pipeline, split.TestSet, new TrainingReportOptions
{
    Title = "Prices of cars",
    LabelColumnName = nameof(SoldCar.Price),
    LabelUnit = "dollars",
    TrainerOptions = tuned.BestOptions,
    Tuning = tuned,
    ModelFileName = Path.GetFileName(modelFile),
});
Console.WriteLine($"\nThe pictures are in {pictureFolder}\nThe report is in {reportFile}\nFor TensorBoard: tensorboard --logdir {boardFolder}");
