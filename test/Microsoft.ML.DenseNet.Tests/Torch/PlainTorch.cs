using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Training as a TorchSharp user writes it by hand: the truth that the engine is held against.</summary>
internal static class PlainTorch
{
    /// <summary>A Linear-ReLU network made after <c>manual_seed</c>, as a PyTorch tutorial makes it.</summary>
    public static Sequential MakeNetwork(int seed, int inputs, params int[] widths)
    {
        random.manual_seed(seed);
        var modules = new List<nn.Module<Tensor, Tensor>>();
        for (int i = 0; i < widths.Length; i++)
        {
            if (i > 0)
                modules.Add(nn.ReLU());
            modules.Add(nn.Linear(i == 0 ? inputs : widths[i - 1], widths[i]));
        }

        return nn.Sequential(modules.ToArray());
    }

    /// <summary>Full-batch training; gives the loss before each step.</summary>
    public static double[] Train(nn.Module<Tensor, Tensor> network, RowSet rows, Func<Tensor, Tensor, Tensor> loss, Func<IEnumerable<Parameter>, optim.Optimizer> makeOptimizer, int epochs)
    {
        var block = rows.Blocks.Single();
        using var features = tensor(block.Features.ToArray(), [block.Rows, rows.Width]);
        using var targets = tensor(block.Labels.ToArray(), [block.Rows, 1]);
        using var optimizer = makeOptimizer(network.parameters());
        var losses = new double[epochs];
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            using var scope = NewDisposeScope();
            bool first = true;
            Tensor Evaluate()
            {
                optimizer.zero_grad();
                var value = loss(network.forward(features), targets);
                value.backward();
                if (first)
                    losses[epoch] = value.item<float>();
                first = false;
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
        }

        return losses;
    }

    /// <summary>All parameters, one after the other.</summary>
    public static float[] Flatten(nn.Module network) => [.. network.parameters().SelectMany(parameter => parameter.detach().data<float>().ToArray())];
}
