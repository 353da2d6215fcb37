using Microsoft.ML.DenseNet;
using static TorchSharp.torch;

namespace Tutorial;

/// <summary>The same regression with a loss of one's own, the fourth power of the error.</summary>
internal static class Step10CustomLoss
{
    public static void Run()
    {
        Print.Title("10. A loss of one's own");
        var options = Step09Regression.Options();
        options.Loss = Losses.Custom((prediction, target) => mean(pow(prediction - target, 4)));
        Step09Regression.TrainAndPrint(options);
    }
}
