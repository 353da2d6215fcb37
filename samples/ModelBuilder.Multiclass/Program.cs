using Microsoft.ML;
using ModelBuilder.Multiclass;

// The first row of the data file.
var sampleData = new Iris.ModelInput()
{
    Sepal_length = 5.1F,
    Sepal_width = 3.5F,
    Petal_length = 1.4F,
    Petal_width = 0.2F,
};

switch (args)
{
    case []:
        Predict();
        return 0;

    case ["train", var file]:
        Iris.MLNetModelPath = Path.GetFullPath(file);
        Iris.Train(Iris.MLNetModelPath);
        Predict();
        return 0;

    case ["evaluate"]:
        Evaluate();
        return 0;

    default:
        Console.Error.WriteLine("Run it without arguments to predict, with 'train FILE' to train a new model and predict with it, or with 'evaluate' to measure the pipeline on held-out rows.");
        return 1;
}

void Predict()
{
    Console.WriteLine($"Predicted species: {Iris.Predict(sampleData).PredictedLabel}");
    Console.WriteLine();
    Console.WriteLine($"{"Class",-48}Score");
    Console.WriteLine($"{"-----",-48}-----");
    foreach (var score in Iris.PredictAllLabels(sampleData))
        Console.WriteLine($"{score.Key,-48}{score.Value:F4}");
}

// Trains on three quarters of the rows, and measures on the others.
static void Evaluate()
{
    var mlContext = new MLContext(seed: 1);
    var data = Iris.LoadIDataViewFromFile(mlContext, Iris.RetrainFilePath, Iris.RetrainSeparatorChar, Iris.RetrainHasHeader, Iris.RetrainAllowQuoting);
    var split = mlContext.Data.TrainTestSplit(data, testFraction: 0.25);
    var model = Iris.RetrainModel(mlContext, split.TrainSet);

    var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet), labelColumnName: @"species");
    Console.WriteLine($"Macro accuracy {metrics.MacroAccuracy:F3}, log-loss {metrics.LogLoss:F3}");

    Console.WriteLine();
    Console.WriteLine($"{"Feature",-48}Importance");
    Console.WriteLine($"{"-------",-48}----------");
    foreach (var (feature, importance) in Iris.CalculatePFI(mlContext, split.TestSet, model, @"species"))
        Console.WriteLine($"{feature,-48}{importance:F4}");
}
