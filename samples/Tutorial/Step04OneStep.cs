using Microsoft.ML;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tutorial;

/// <summary>
/// Loss, gradients and one optimizer step, seen by an observer, and the same written out as in PyTorch. The seed is the same, and so
/// are the numbers.
/// </summary>
internal static class Step04OneStep
{
    public static void Run()
    {
        Print.Title("4. Loss, gradients and one step of the optimizer");
        Console.WriteLine("DenseNet, the weights of the last layer:");
        var options = Step02Network.Options(epochs: 1);
        options.Observers.Add(new StepPrinter("4.weight"));
        Step01Data.MLContext.BinaryClassification.Trainers.DenseNet(options).Fit(Step01Data.Data);

        Console.WriteLine("\nTorchSharp by hand:");
        ByHand(seed: 0);
    }

    private static void ByHand(int seed)
    {
        using var scope = NewDisposeScope();
        var features = tensor(Step01Data.Rows.Features.SelectMany(row => row).ToArray(), [100, 5]);
        var labels = tensor(Step01Data.Rows.Labels.Select(label => (float)label).ToArray(), [100, 1]);

        random.manual_seed(seed);
        var network = nn.Sequential(nn.Linear(5, 8), nn.ReLU(), nn.Linear(8, 4), nn.ReLU(), nn.Linear(4, 1), nn.Sigmoid());
        var optimizer = optim.SGD(network.parameters(), learningRate: 0.1);
        var criterion = nn.BCELoss();
        Parameter weights = network.get_parameter("4.weight")!;

        Console.WriteLine($"  weights before  {Print.Row(weights.data<float>())}");
        var loss = criterion.forward(network.forward(features), labels);
        loss.backward();
        Console.WriteLine($"  loss            {loss.item<float>(),7:F4}");
        Console.WriteLine($"  gradient        {Print.Row(weights.grad!.data<float>())}");
        optimizer.step();
        Console.WriteLine($"  weights after   {Print.Row(weights.data<float>())}");
    }
}
