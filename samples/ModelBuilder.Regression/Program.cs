using Microsoft.ML;
using ModelBuilder.Regression;

// The fourth row of the data file; its price is 13950.
var sampleData = new Automobile.ModelInput()
{
    Symboling = 2F,
    Normalized_losses = 164F,
    Make = @"audi",
    Fuel_type = @"gas",
    Aspiration = @"std",
    Num_of_doors = @"four",
    Body_style = @"sedan",
    Drive_wheels = @"fwd",
    Engine_location = @"front",
    Wheel_base = 99.8F,
    Length = 176.6F,
    Width = 66.2F,
    Height = 54.3F,
    Curb_weight = 2337F,
    Engine_type = @"ohc",
    Num_of_cylinders = @"four",
    Engine_size = 109F,
    Fuel_system = @"mpfi",
    Bore = 3.19F,
    Stroke = 3.4F,
    Compression_ratio = 10F,
    Horsepower = 102F,
    Peak_rpm = 5500F,
    City_mpg = 24F,
    Highway_mpg = 30F,
};

switch (args)
{
    case []:
        Predict();
        return 0;

    case ["train", var file]:
        Automobile.MLNetModelPath = Path.GetFullPath(file);
        Automobile.Train(Automobile.MLNetModelPath);
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
    Console.WriteLine($"Predicted price: {Automobile.Predict(sampleData).Score:F0}");
}

// Trains on three quarters of the rows, and measures on the others.
static void Evaluate()
{
    var mlContext = new MLContext(seed: 1);
    var data = Automobile.LoadIDataViewFromFile(mlContext, Automobile.RetrainFilePath, Automobile.RetrainSeparatorChar, Automobile.RetrainHasHeader, Automobile.RetrainAllowQuoting);
    var split = mlContext.Data.TrainTestSplit(data, testFraction: 0.25);
    var model = Automobile.RetrainModel(mlContext, split.TrainSet);

    var metrics = mlContext.Regression.Evaluate(model.Transform(split.TestSet), labelColumnName: @"price");
    Console.WriteLine($"R-squared {metrics.RSquared:F3}, root mean squared error {metrics.RootMeanSquaredError:F0}");

    Console.WriteLine();
    Console.WriteLine($"{"Feature",-48}Importance");
    Console.WriteLine($"{"-------",-48}----------");
    foreach (var (feature, importance) in Automobile.CalculatePFI(mlContext, split.TestSet, model, @"price").Take(5))
        Console.WriteLine($"{feature,-48}{importance:F4}");

    Automobile.PlotRSquaredValues(split.TestSet, model, @"price", AppContext.BaseDirectory);
    Console.WriteLine($"The chart is in {Path.Combine(AppContext.BaseDirectory, "RegressionChart.html")}");
}
