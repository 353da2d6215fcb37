using Microsoft.ML;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;

namespace Tutorial;

/// <summary>Ten epochs: the loss begins to fall.</summary>
internal static class Step05TenEpochs
{
    public static DenseNetBinaryTransformer Train() =>
        Step01Data.MLContext.BinaryClassification.Trainers.DenseNet(Step02Network.Options(epochs: 10)).Fit(Step01Data.Data);

    public static void Run()
    {
        Print.Title("5. Ten epochs");
        var history = Train().Model.Network.History;
        foreach (var epoch in history)
            Console.WriteLine($"epoch {epoch.Epoch,2}: loss {epoch.TrainingLoss:F4}");
        Pictures.Save("loss-10.png", history.PlotLoss(unit: "nats"));
    }
}
