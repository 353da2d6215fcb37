using System.Diagnostics;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Draws a network's initial weights.</summary>
internal static class NetworkInitializer
{
    /// <summary>Returns values for all trained parameters, in the layout's order.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="initialization">The distribution of Linear weights.</param>
    /// <param name="seed">
    /// Determines the values. With <see cref="Initialization.PyTorch"/> they are those of Linear modules created in sequence after
    /// <c>torch.random.manual_seed(seed)</c>.
    /// </param>
    public static float[] Initialize(NetworkLayout layout, Initialization initialization, int seed)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var generator = new Generator((ulong)seed);
        var values = new float[layout.ParameterCount];
        var last = layout.Root;
        while (last is { Layer: SequentialLayer, Children: [.., var child] })
            last = child;
        foreach (var node in layout.Root.DescendantsAndSelf())
        {
            if (node.Layer is ModuleLayer module)
                CopyModule(node, module, seed, values, isTrained: true);
            foreach (var place in node.Parameters.Where(place => place.IsTrained && place.Start is not TensorStart.OfModule))
            {
                var tensor = empty([place.Count], ScalarType.Float32);
                Fill(tensor, place.Start, initialization, generator, isOutput: node == last);
                tensor.data<float>().CopyTo(values, place.Offset);
            }
        }

        return values;
    }

    /// <summary>Returns values for what is kept but not trained, in the layout's order, before any of it is learned from data.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="seed">Determines what user-defined modules draw.</param>
    public static float[] InitializeBuffers(NetworkLayout layout, int seed)
    {
        var values = new float[layout.BufferCount];
        foreach (var node in layout.Root.DescendantsAndSelf())
        {
            if (node.Layer is ModuleLayer module)
                CopyModule(node, module, seed, values, isTrained: false);
            foreach (var place in node.Parameters.Where(place => !place.IsTrained && place.Start is not TensorStart.OfModule))
                Fill(values.AsSpan(place.Offset, place.Count), place.Start);
        }

        return values;
    }

    private static void CopyModule(LayerNode node, ModuleLayer layer, int seed, float[] values, bool isTrained)
    {
        using var scope = NewDisposeScope();
        using var module = DenseNetModules.Create(layer, node.InputWidth, seed);
        foreach (var (place, value) in node.Parameters.Zip(module.state_dict().Values).Where(item => item.First.IsTrained == isTrained))
            value.detach().to_type(ScalarType.Float32).data<float>().CopyTo(values, place.Offset);
    }

    private static void Fill(Span<float> values, TensorStart start)
    {
        switch (start)
        {
            case TensorStart.Constant constant:
                values.Fill(constant.Value);
                break;
            case TensorStart.Steps steps:
                for (int i = 0; i < values.Length; i++)
                    values[i] = steps.First + (steps.Step * (i % steps.Count));
                break;
            default:
                throw new UnreachableException($"Values that are not trained cannot start as {start}.");
        }
    }

    private static void Fill(Tensor values, TensorStart start, Initialization initialization, Generator generator, bool isOutput)
    {
        switch (start)
        {
            case TensorStart.Constant constant:
                values.FillInPlace(constant.Value);
                break;
            case TensorStart.Uniform uniform:
                values.uniform_(-uniform.Bound, uniform.Bound, generator);
                break;
            case TensorStart.HiddenUniform when isOutput:
                values.zero_(); // no later layer needs distinct units, and a feature that is never seen then has no effect
                break;
            case TensorStart.HiddenUniform uniform:
                values.uniform_(-uniform.Bound, uniform.Bound, generator);
                break;
            case TensorStart.Normal normal:
                values.normal_(0, normal.Deviation, generator);
                break;
            case TensorStart.RandomSigns:
                values.bernoulli_(0.5, generator).mul_(tensor(2f)).sub_(tensor(1f));
                break;
            case TensorStart.LinearWeight weight:
                FillLinear(values, weight, initialization, generator);
                break;
            case TensorStart.LinearBias bias when initialization == Initialization.PyTorch:
                double bound = 1 / Math.Sqrt(bias.Inputs);
                values.view(bias.Copies, -1).copy_(empty(values.numel() / bias.Copies, ScalarType.Float32).uniform_(-bound, bound, generator));
                break;
            case TensorStart.LinearBias:
                values.zero_();
                break;
            default:
                throw new UnreachableException($"Nothing draws {start}.");
        }
    }

    private static void FillLinear(Tensor values, TensorStart.LinearWeight start, Initialization initialization, Generator generator)
    {
        bool isXavier = initialization is Initialization.XavierUniform or Initialization.XavierNormal;
        double variance = isXavier ? 2.0 / (start.Inputs + start.Units) : 2.0 / start.Inputs;
        double bound = initialization == Initialization.PyTorch ? 1 / Math.Sqrt(start.Inputs) : Math.Sqrt(3 * variance);
        if (initialization is Initialization.XavierNormal or Initialization.KaimingNormal)
            values.normal_(0, Math.Sqrt(variance), generator);
        else
            values.uniform_(-bound, bound, generator);
    }
}
