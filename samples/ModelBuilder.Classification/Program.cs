using Microsoft.ML;
using ModelBuilder.Classification;

// The first row of the data file.
var sampleData = new HouseVotes.ModelInput()
{
    Handicapped_infants = @"n",
    Water_project_cost_sharing = @"y",
    Adoption_of_the_budget_resolution = @"n",
    Physician_fee_freeze = @"y",
    El_salvador_aid = @"y",
    Religious_groups_in_schools = @"y",
    Anti_satellite_test_ban = @"n",
    Aid_to_nicaraguan_contras = @"n",
    Mx_missile = @"n",
    Immigration = @"y",
    Synfuels_corporation_cutback = @"?",
    Education_spending = @"y",
    Superfund_right_to_sue = @"y",
    Crime = @"y",
    Duty_free_exports = @"n",
    Export_administration_act_south_africa = @"y",
};

switch (args)
{
    case []:
        Predict();
        return 0;

    case ["train", var file]:
        HouseVotes.MLNetModelPath = Path.GetFullPath(file);
        HouseVotes.Train(HouseVotes.MLNetModelPath);
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
    Console.WriteLine($"Predicted party: {HouseVotes.Predict(sampleData).PredictedLabel}");
    Console.WriteLine();
    Console.WriteLine($"{"Class",-48}Score");
    Console.WriteLine($"{"-----",-48}-----");
    foreach (var score in HouseVotes.PredictAllLabels(sampleData))
        Console.WriteLine($"{score.Key,-48}{score.Value:F4}");
}

// Trains on three quarters of the rows, and measures on the others.
static void Evaluate()
{
    var mlContext = new MLContext(seed: 1);
    var data = HouseVotes.LoadIDataViewFromFile(mlContext, HouseVotes.RetrainFilePath, HouseVotes.RetrainSeparatorChar, HouseVotes.RetrainHasHeader, HouseVotes.RetrainAllowQuoting);
    var split = mlContext.Data.TrainTestSplit(data, testFraction: 0.25);
    var model = HouseVotes.RetrainModel(mlContext, split.TrainSet);

    var metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(split.TestSet), labelColumnName: @"party");
    Console.WriteLine($"Macro accuracy {metrics.MacroAccuracy:F3}, log-loss {metrics.LogLoss:F3}");

    Console.WriteLine();
    Console.WriteLine($"{"Feature",-48}Importance");
    Console.WriteLine($"{"-------",-48}----------");
    foreach (var (feature, importance) in HouseVotes.CalculatePFI(mlContext, split.TestSet, model, @"party").Take(5))
        Console.WriteLine($"{feature,-48}{importance:F4}");
}
