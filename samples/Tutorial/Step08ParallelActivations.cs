using Microsoft.ML;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;

namespace Tutorial;

/// <summary>A network whose hidden layers go through ReLU and tanh in parallel, summed, compared with the plain one.</summary>
internal static class Step08ParallelActivations
{
    private const int Seeds = 20;

    public static void Run()
    {
        Print.Title("8. ReLU and tanh in parallel");
        var both = Layer.Sum(Layer.ReLU, Layer.Tanh);
        var parallel = Layer.Sequential(Layer.Linear(8), both, Layer.Linear(4), both);

        int lower = 0;
        for (int seed = 0; seed < Seeds; seed++)
        {
            double plainLoss = Train(Step02Network.Hidden, seed).History[^1].TrainingLoss, parallelLoss = Train(parallel, seed).History[^1].TrainingLoss;
            Console.WriteLine($"seed {seed,2}: loss {plainLoss:F3} plain, {parallelLoss:F3} parallel");
            lower += parallelLoss < plainLoss ? 1 : 0;
        }

        Console.WriteLine($"the parallel network reached the lower loss in {lower} of {Seeds} runs");

        var (plainNetwork, parallelNetwork) = (Train(Step02Network.Hidden, seed: 0), Train(parallel, seed: 0));
        Pictures.Save("network-parallel.png", parallelNetwork.Layout.PlotArchitecture());
        Pictures.Save("activations.png", HistoryPlots.Compare(("ReLU", plainNetwork.History), ("ReLU + tanh", parallelNetwork.History)));
    }

    private static TrainedNetwork Train(Layer network, int seed)
    {
        var options = Step02Network.Options(epochs: 100);
        options.Network = network;
        options.LearningRate = 0.04;
        options.Seed = seed;
        return Step01Data.MLContext.BinaryClassification.Trainers.DenseNet(options).Fit(Step01Data.Data).Model.Network;
    }
}
