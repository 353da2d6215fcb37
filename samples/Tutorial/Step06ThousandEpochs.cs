using Microsoft.ML;
using Microsoft.ML.DenseNet.Reporting;

namespace Tutorial;

/// <summary>A thousand more epochs, continuing where the ten ended.</summary>
internal static class Step06ThousandEpochs
{
    public static void Run()
    {
        Print.Title("6. A thousand epochs more");
        var mlContext = Step01Data.MLContext;
        var tenEpochs = Step05TenEpochs.Train();
        var trained = mlContext.BinaryClassification.Trainers.DenseNet(Step02Network.Options(epochs: 1000)).Fit(Step01Data.Data, tenEpochs.Model);

        foreach (var epoch in trained.Model.Network.History.Where(epoch => epoch.Epoch % 100 == 0))
            Console.WriteLine($"epoch {epoch.Epoch,4}: loss {epoch.TrainingLoss:F4}");

        var metrics = mlContext.BinaryClassification.Evaluate(trained.Transform(Step01Data.Data));
        Console.WriteLine($"on the rows it was trained on: accuracy {metrics.Accuracy:P0}, AUC {metrics.AreaUnderRocCurve:F4}");
        Pictures.Save("loss-1000.png", trained.Model.Network.History.PlotLoss(unit: "nats"));
    }
}
