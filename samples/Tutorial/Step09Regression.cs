using Microsoft.ML;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;

namespace Tutorial;

/// <summary>Regression: 200 rows of 20 features, two hidden layers of 40 units, mean squared error. Features and label are each divided by their maximum.</summary>
internal static class Step09Regression
{
    public static IDataView Data { get; } = DividedByMaximum(DenseNetDatasets.MakeRegression(rows: 200, features: 20, seed: 0));

    public static DenseNetRegressionTrainer.Options Options() => new()
    {
        HiddenUnits = [40, 40],
        ScaleFeatures = false,
        StandardizeTarget = false,
        Optimizer = Optimizers.SGD(),
        LearningRate = 0.01,
        BatchSize = DenseNetOptions.FullBatch,
        Shuffle = false,
        NumberOfEpochs = 200,
    };

    /// <summary>The model trained with plain gradient descent, once the step has run.</summary>
    public static DenseNetRegressionTransformer? Trained { get; private set; }

    public static void Run()
    {
        Print.Title("9. Regression");
        Trained = TrainAndPrint(Options());
        Pictures.Save("regression-loss.png", Trained.Model.Network.History.PlotLoss());
        Pictures.Save("regression-residuals.png", Trained.Transform(Data).PlotResiduals());

        Console.WriteLine("\nand as the library trains it (scaled inside, AdamW, batches):");
        var byDefaults = TrainAndPrint(new DenseNetRegressionTrainer.Options { HiddenUnits = [40, 40], NumberOfEpochs = 200 });
        Pictures.Save("regression-defaults.png", byDefaults.Transform(Data).PlotResiduals());
    }

    public static DenseNetRegressionTransformer TrainAndPrint(DenseNetRegressionTrainer.Options options)
    {
        var mlContext = Step01Data.MLContext;
        var trained = mlContext.Regression.Trainers.DenseNet(options).Fit(Data);
        foreach (var epoch in trained.Model.Network.History.Where(epoch => epoch.Epoch == 1 || epoch.Epoch % 50 == 0))
            Console.WriteLine($"epoch {epoch.Epoch,3}: loss {epoch.TrainingLoss:F6}");

        var metrics = mlContext.Regression.Evaluate(trained.Transform(Data));
        Console.WriteLine($"on the rows it was trained on: RMSE {metrics.RootMeanSquaredError:F4}, R squared {metrics.RSquared:F4}");
        return trained;
    }

    private static IDataView DividedByMaximum(RegressionDataset rows)
    {
        float largestFeature = rows.Features.Max(row => row.Max()), largestLabel = rows.Labels.Max();
        return Step01Data.MLContext.Data.LoadFromEnumerable(rows.Features.Zip(rows.Labels, (features, label) => new RegressionRow
        {
            Features = [.. features.Select(value => value / largestFeature)],
            Label = label / largestLabel,
        }).ToArray());
    }
}
