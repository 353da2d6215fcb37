using Microsoft.ML;
using Microsoft.ML.DenseNet;
using WebApi.Cars;

// Trains the pipeline that the web service predicts prices with: WebApi.Training [model file] [seed]
string modelFile = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "cars.zip");
int seed = args.Length > 1 ? int.Parse(args[1]) : 1;

// Text and number columns; the pipeline turns them into one vector of features.
var mlContext = new MLContext(seed);
var cars = mlContext.Data.LoadFromTextFile<SoldCar>(Path.Combine(AppContext.BaseDirectory, "cars.csv"), separatorChar: ',', hasHeader: true);
InputOutputColumnPair[] categories = [new("MakeSlots", nameof(Car.Make)), new("FuelSlots", nameof(Car.Fuel)), new("BodySlots", nameof(Car.Body)), new("DriveSlots", nameof(Car.Drive))];
string[] numbers = [nameof(Car.WheelBase), nameof(Car.CurbWeight), nameof(Car.EngineSize), nameof(Car.Horsepower), nameof(Car.CityMpg)];
var pipeline = mlContext.Transforms.Categorical.OneHotEncoding(categories)
    .Append(mlContext.Transforms.Concatenate("Features", [.. categories.Select(category => category.OutputColumnName), .. numbers]))
    .Append(mlContext.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
    {
        LabelColumnName = nameof(SoldCar.Price),
        HiddenUnits = [32, 32],
        Seed = seed,
    }));

// A fifth of the rows says how good such a model is; the one that is served learns from all of them.
var split = mlContext.Data.TrainTestSplit(cars, testFraction: 0.2);
var metrics = mlContext.Regression.Evaluate(pipeline.Fit(split.TrainSet).Transform(split.TestSet), nameof(SoldCar.Price));
Console.WriteLine($"R squared {metrics.RSquared:F2}, mean absolute error {metrics.MeanAbsoluteError:F0} dollars on held-out cars");

// SaveModel replaces the file in one step: a running service sees the old model or the new one, never half of it.
mlContext.Model.SaveModel(pipeline.Fit(cars), cars.Schema, modelFile);
Console.WriteLine($"Saved {modelFile}");
