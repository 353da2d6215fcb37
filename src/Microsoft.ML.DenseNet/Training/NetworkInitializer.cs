using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Draws a network's first weights.</summary>
internal static class NetworkInitializer
{
    /// <summary>Values for all trained parameters, in the layout's order.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="initialization">The distribution of Linear weights.</param>
    /// <param name="generator">
    /// The source of randomness. With <see cref="Initialization.PyTorch"/> and a generator of seed s the values are those of Linear
    /// modules created one after the other following <c>torch.random.manual_seed(s)</c>.
    /// </param>
    public static float[] Initialize(NetworkLayout layout, Initialization initialization, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var values = new float[layout.ParameterCount];
        foreach (var node in layout.Root.DescendantsAndSelf())
        {
            foreach (var slot in node.Parameters.Where(slot => slot.IsTrained))
            {
                var tensor = empty([slot.Count], ScalarType.Float32);
                Fill(tensor, node, slot, initialization, generator);
                tensor.data<float>().CopyTo(values, slot.Offset);
            }
        }

        return values;
    }

    /// <summary>Values for what is kept but not trained, in the layout's order, before any of it is learned from data.</summary>
    public static float[] InitializeBuffers(NetworkLayout layout)
    {
        var values = new float[layout.BufferCount];
        foreach (var slot in layout.Slots.Where(slot => !slot.IsTrained))
        {
            bool startsAtOne = slot.Name.EndsWith("running_var", StringComparison.Ordinal) || slot.Name.EndsWith("scale", StringComparison.Ordinal);
            values.AsSpan(slot.Offset, slot.Count).Fill(startsAtOne ? 1 : 0);
        }

        return values;
    }

    private static void Fill(Tensor values, LayerNode node, ParameterSlot slot, Initialization initialization, Generator generator)
    {
        bool isWeight = slot == node.Parameters[0];
        switch (node.Layer)
        {
            case LinearLayer when initialization == Initialization.PyTorch:
                double bound = 1 / Math.Sqrt(node.InputWidth);
                values.uniform_(-bound, bound, generator);
                break;
            case LinearLayer when isWeight:
                FillLinear(values, node.InputWidth, node.OutputWidth, initialization, generator);
                break;
            case PReLULayer prelu:
                values.fill_(prelu.InitialSlope);
                break;
            case BatchNormLayer or LayerNormLayer when isWeight:
                values.fill_(1);
                break;
            default:
                values.zero_();
                break;
        }
    }

    private static void FillLinear(Tensor values, int inputs, int units, Initialization initialization, Generator generator)
    {
        bool isXavier = initialization is Initialization.XavierUniform or Initialization.XavierNormal;
        double variance = isXavier ? 2.0 / (inputs + units) : 2.0 / inputs;
        if (initialization is Initialization.XavierUniform or Initialization.KaimingUniform)
            values.uniform_(-Math.Sqrt(3 * variance), Math.Sqrt(3 * variance), generator);
        else
            values.normal_(0, Math.Sqrt(variance), generator);
    }
}
