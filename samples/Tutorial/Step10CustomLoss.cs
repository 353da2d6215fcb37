using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;
using static TorchSharp.torch;

namespace Tutorial;

/// <summary>The same regression with a custom loss, the fourth power of the error.</summary>
internal static class Step10CustomLoss
{
    public static void Run()
    {
        Print.Title("10. A loss of one's own");
        var options = Step09Regression.Options();
        options.Loss = Losses.Custom((prediction, target) => mean(pow(prediction - target, 4)));
        var trained = Step09Regression.TrainAndPrint(options);
        Pictures.Save("quartic-loss.png", HistoryPlots.Compare(
            ("Squared error", Step09Regression.Trained!.Model.Network.History), ("Fourth power", trained.Model.Network.History)));
        Pictures.Save("quartic-residuals.png", trained.Transform(Step09Regression.Data).PlotResiduals());
    }
}
