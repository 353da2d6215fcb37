using System.Diagnostics;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Benchmarks.Training;

/// <summary>Training as in TorchSharp's examples: modules, a shuffled index, one scope per step.</summary>
internal static class PlainLoop
{
    /// <summary>The seconds per step on the device that holds the rows, averaged over whole epochs after a warm-up epoch.</summary>
    public static double SecondsPerStep(TrainingCase test, Tensor features, Tensor targets, int epochs)
    {
        using var outer = NewDisposeScope();
        var modules = new List<nn.Module<Tensor, Tensor>>();
        int width = test.Inputs;
        foreach (int units in test.Hidden)
        {
            modules.Add(nn.Linear(width, units));
            modules.Add(nn.ReLU());
            width = units;
        }

        modules.Add(nn.Linear(width, test.Outputs));
        var device = features.device;
        using var network = nn.Sequential(modules.ToArray()).to(device);
        using var loss = test.Outputs == 1 ? (nn.Module<Tensor, Tensor, Tensor>)nn.BCEWithLogitsLoss() : nn.CrossEntropyLoss();
        using var optimizer = test.Plain(network.parameters());

        long steps = 0;
        var clock = new Stopwatch();
        for (int epoch = 0; epoch <= epochs; epoch++)
        {
            if (epoch == 1)
            {
                Finish(device);
                clock.Start();
            }

            using var epochScope = NewDisposeScope();
            var order = randperm(test.Rows, device: device);
            for (int start = 0; start < test.Rows; start += test.Batch)
            {
                using var scope = NewDisposeScope();
                var index = order.narrow(0, start, Math.Min(test.Batch, test.Rows - start));
                Tensor Evaluate()
                {
                    optimizer.zero_grad();
                    var output = network.forward(features.index_select(0, index));
                    var value = loss.forward(output, targets.index_select(0, index));
                    value.backward();
                    return value;
                }

                if (optimizer is LBFGS)
                {
                    optimizer.step(Evaluate);
                }
                else
                {
                    Evaluate();
                    optimizer.step();
                }

                steps += epoch > 0 ? 1 : 0;
            }
        }

        Finish(device);
        return clock.Elapsed.TotalSeconds / steps;
    }

    /// <summary>Waits for a GPU, which computes while the program goes on.</summary>
    private static void Finish(Device device)
    {
        if (device.type == DeviceType.CUDA)
            cuda.synchronize(device);
    }
}
