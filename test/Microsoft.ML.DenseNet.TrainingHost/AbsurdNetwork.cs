namespace Microsoft.ML.DenseNet.TrainingHost;

/// <summary>A network whose training needs gigabytes, as a slip of the pen makes it.</summary>
internal static class AbsurdNetwork
{
    /// <summary>Trains it, and prints why that is refused.</summary>
    public static void Train()
    {
        var mlContext = new MLContext(seed: 5);
        var rows = DenseNetDatasets.MakeClassification(rows: 400, features: 6, informative: 4, seed: 3).ToDataView(mlContext);
        foreach (var network in new DenseNetBinaryTrainer.Options[]
        {
            new() { HiddenUnits = [Layer.MaximumUnits] },
            new() { Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { HiddenUnits = [8, Layer.MaximumUnits] } },
        })
        {
            try
            {
                mlContext.BinaryClassification.Trainers.DenseNet(network).Fit(rows);
                Console.WriteLine("It was trained.");
            }
            catch (InvalidOperationException e)
            {
                Console.WriteLine(e.Message);
            }
        }
    }
}
