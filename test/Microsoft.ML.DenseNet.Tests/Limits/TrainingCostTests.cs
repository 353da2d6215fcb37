using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What a training costs is known before it starts.</summary>
[TestClass]
public sealed class TrainingCostTests
{
    [TestMethod]
    public async Task ANetworkThatMemoryCannotHoldIsRefusedWithItsCost()
    {
        const string HalfGigabyte = "0x20000000";
        var result = await TrainingHostProcess.Run(["--absurd"], ("DOTNET_GCHeapHardLimit", HalfGigabyte));
        Assert.AreEqual(0, result.ExitCode, result.Errors);
        string[] messages = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(2, messages, result.Output);

        // 6 inputs, 2^24 units, 1 output: (6 + 1) 2^24 weights and biases of the first layer, 2^24 + 1 of the second.
        StringAssert.Contains(messages[0], "The network has 134,217,729 parameters");
        StringAssert.Contains(messages[0], "2.5 GB for weights, gradients and the optimizer's state");
        StringAssert.Contains(messages[0], "this process may use only 512 MB");
        StringAssert.Contains(messages[0], "HiddenUnits");
        StringAssert.Contains(messages[1], "this process may use only 512 MB");
    }

    [TestMethod]
    public void MemoryIsThatOfWeightsGradientsStateAndOutputs()
    {
        // 4 · 10 + 10 weights and biases, then 10 + 1.
        var layer = Layer.Sequential(Layer.Linear(10), Layer.ReLU, Layer.Linear(1));
        var plan = TrainingPlans.Plain(layer, 4, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, epochs: 3, seed: 1) with { BatchSize = 32, NumberOfThreads = 1 };
        var cost = TrainingCost.Of(plan, rows: 1000);
        Assert.AreEqual(61, cost.Parameters);
        Assert.AreEqual(61.0 * (1 + 1 + 2 + 1) * sizeof(float), cost.ParameterBytes, "weights, gradients, AdamW's two averages, the best epoch");
        Assert.AreEqual(32.0 * (10 + 1) * 2 * sizeof(float), cost.OutputBytes, "each Linear's outputs and their gradients; ReLU works in place");
        Assert.AreEqual(3 * 1000 * 50 * 6 / 2e10, cost.Seconds, 1e-12, "forward and twice backward, a product and a sum for each weight");
        Assert.AreEqual(8.0 * (10 + 1) * 2 * sizeof(float), TrainingCost.Of(plan, rows: 8).OutputBytes, "there are only 8 rows");

        cost.Check(cost.Bytes);
        var refusal = Assert.ThrowsExactly<InvalidOperationException>(() => cost.Check(cost.Bytes - 1));
        StringAssert.Contains(refusal.Message, "The network has 61 parameters");
    }

    [TestMethod]
    public void TheStateOfAnOptimizerIsThatOfItsPaper()
    {
        foreach (var (optimizer, states) in new[]
        {
            (Optimizers.SGD(), 0), (Optimizers.SGD(momentum: 0.9), 1), (Optimizers.Adam(), 2), (Optimizers.AdamW(amsgrad: true), 3), (Optimizers.Adagrad(), 1),
            (Optimizers.LBFGS(historySize: 7), 14), (Optimizers.Muon(), 3),
        })
        {
            Assert.AreEqual(states, optimizer.StatesPerParameter, optimizer.Name);
        }
    }

    [TestMethod]
    public void GigabytesAndHoursAreWarnedOf()
    {
        var small = Layer.Sequential(Layer.Linear(10), Layer.Linear(1));
        var large = Layer.Sequential(Layer.Linear(Layer.MaximumUnits), Layer.Linear(1));
        Assert.IsEmpty(Warnings(small, epochs: 100, rows: 10_000));
        string[] warnings = Warnings(large, epochs: 100, rows: 10_000);
        Assert.HasCount(2, warnings);
        StringAssert.Contains(warnings[0], "The network has 100,663,297 parameters");
        StringAssert.Contains(warnings[0], "GB");
        StringAssert.Contains(warnings[1], "hours");
    }

    private static string[] Warnings(Layer layer, int epochs, long rows)
    {
        var ml = new MLContext(seed: 1);
        var warnings = new List<string>();
        ml.Log += (_, log) =>
        {
            if (log.Kind == ChannelMessageKind.Warning)
                warnings.Add(log.RawMessage);
        };
        var plan = TrainingPlans.Plain(layer, 4, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, epochs, seed: 1) with { BatchSize = 64 };
        using var channel = ((IChannelProvider)ml).Start("Cost");
        TrainingCost.Of(plan, rows).Warn(channel);
        return [.. warnings];
    }
}
