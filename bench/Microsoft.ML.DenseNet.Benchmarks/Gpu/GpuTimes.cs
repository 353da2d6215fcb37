using Microsoft.ML.DenseNet.Benchmarks.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Benchmarks.Gpu;

/// <summary>Steps per second of one network and batch: medians over turns that all contenders take.</summary>
/// <param name="CpuEngine">Our engine on the CPU; null if a step would take too long.</param>
/// <param name="Plain">A plain TorchSharp loop on the device.</param>
/// <param name="Engine">Ours on the device, in each precision.</param>
internal sealed record GpuTimes(double? CpuEngine, double Plain, double[] Engine)
{
    private const int Inputs = 32, StepsPerEpoch = 16, Turns = 3;

    private const double SecondsPerTurn = 0.3;

    /// <summary>Operations of a step beyond which the CPU is not measured: about a quarter of a second on two cores.</summary>
    private const double MostForCpu = 4e10;

    /// <summary>Measures.</summary>
    /// <param name="width">The width of the two hidden layers.</param>
    /// <param name="batch">Rows per step.</param>
    /// <param name="device">The device.</param>
    /// <param name="precisions">The precisions of our engine on it.</param>
    public static GpuTimes Measure(int width, int batch, DenseNetDevice device, Precision[] precisions)
    {
        var test = new TrainingCase(Inputs, [width, width], 1, StepsPerEpoch * batch, batch, Optimizers.AdamW(), parameters => optim.AdamW(parameters, 1e-3, weight_decay: 0));
        var rows = TrainingData.Random(test);
        using var scope = NewDisposeScope();
        var features = tensor([.. rows.Blocks.SelectMany(block => block.Features.ToArray())], [test.Rows, Inputs]).to(TorchRuntime.DeviceOf(device));
        var targets = tensor([.. rows.Labels], [test.Rows, 1]).to(TorchRuntime.DeviceOf(device));

        var contenders = new List<Func<int, double>> { epochs => PlainLoop.SecondsPerStep(test, features, targets, epochs) };
        contenders.AddRange(precisions.Select<Precision, Func<int, double>>(precision => epochs => EngineLoop.SecondsPerStep(test, rows, epochs, device, precision)));
        if (test.Flops <= MostForCpu)
            contenders.Add(epochs => EngineLoop.SecondsPerStep(test, rows, epochs));
        double[] rates = [.. MedianSeconds(contenders).Select(seconds => 1 / seconds)];
        return new GpuTimes(rates.Length > 1 + precisions.Length ? rates[^1] : null, rates[0], rates[1..(1 + precisions.Length)]);
    }

    private static double[] MedianSeconds(List<Func<int, double>> contenders)
    {
        int[] epochs = [.. contenders.Select(contender => (int)Math.Clamp(SecondsPerTurn / (contender(1) * StepsPerEpoch), 1, 1000))];
        var seconds = contenders.Select(_ => new List<double>()).ToArray();
        for (int turn = 0; turn < Turns; turn++)
        {
            for (int i = 0; i < contenders.Count; i++)
                seconds[i].Add(contenders[i](epochs[i]));
        }

        return [.. seconds.Select(values => values.Order().ElementAt(Turns / 2))];
    }
}
