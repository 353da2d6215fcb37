using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Draws a network's first weights.</summary>
internal static class NetworkInitializer
{
    /// <summary>Values for all trained parameters, in the layout's order.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="initialization">The distribution of Linear weights.</param>
    /// <param name="seed">
    /// Decides the values. With <see cref="Initialization.PyTorch"/> they are those of Linear modules created one after the other
    /// following <c>torch.random.manual_seed(seed)</c>.
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
            if (node.Layer is ModuleLayer)
            {
                CopyModule(node, seed, values, isTrained: true);
                continue;
            }

            foreach (var slot in node.Parameters.Where(slot => slot.IsTrained))
            {
                var tensor = empty([slot.Count], ScalarType.Float32);
                Fill(tensor, node, slot, initialization, generator, isOutput: node == last);
                tensor.data<float>().CopyTo(values, slot.Offset);
            }
        }

        return values;
    }

    /// <summary>Values for what is kept but not trained, in the layout's order, before any of it is learned from data.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="seed">Decides what modules of the user's own draw.</param>
    public static float[] InitializeBuffers(NetworkLayout layout, int seed)
    {
        var values = new float[layout.BufferCount];
        foreach (var node in layout.Root.DescendantsAndSelf())
        {
            if (node.Layer is ModuleLayer)
                CopyModule(node, seed, values, isTrained: false);
            if (node.Layer is PiecewiseLinearEmbeddingLayer embedding)
                FillBins(node, embedding, values);
            foreach (var slot in node.Parameters.Where(slot => !slot.IsTrained && node.Layer is not (ModuleLayer or PiecewiseLinearEmbeddingLayer)))
                values.AsSpan(slot.Offset, slot.Count).Fill(slot == node.Parameters[^1] ? 1 : 0); // the variance or the scale
        }

        return values;
    }

    /// <summary>Equal parts of −2 to 2, where most of a scaled feature lies.</summary>
    private static void FillBins(LayerNode node, PiecewiseLinearEmbeddingLayer layer, float[] values)
    {
        float width = 4f / layer.Bins;
        for (int i = 0; i < node.InputWidth * layer.Bins; i++)
        {
            values[node.Parameters[1].Offset + i] = -2 + (width * (i % layer.Bins));
            values[node.Parameters[2].Offset + i] = 1 / width;
        }
    }

    private static void CopyModule(LayerNode node, int seed, float[] values, bool isTrained)
    {
        using var scope = NewDisposeScope();
        using var module = DenseNetModules.Create((ModuleLayer)node.Layer, node.InputWidth, seed);
        foreach (var (slot, value) in node.Parameters.Zip(module.state_dict().Values).Where(item => item.First.IsTrained == isTrained))
            value.detach().to_type(ScalarType.Float32).data<float>().CopyTo(values, slot.Offset);
    }

    private static void Fill(Tensor values, LayerNode node, ParameterSlot slot, Initialization initialization, Generator generator, bool isOutput)
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
            case EmbeddingBagLayer when isWeight && isOutput:
                values.zero_(); // nothing behind needs units that differ, and a slot that is not seen then says nothing
                break;
            case EmbeddingBagLayer bag when isWeight:
                double largest = 1.0 / bag.Units;
                values.uniform_(-largest, largest, generator);
                break;
            case EnsembleLinearLayer or MemberLinearLayer:
                FillMembers(values, node, Array.IndexOf([.. node.Parameters], slot), initialization, generator);
                break;
            case PReLULayer prelu:
                values.FillInPlace(prelu.InitialSlope);
                break;
            case PeriodicEmbeddingLayer embedding:
                FillEmbedding(values, embedding, Array.IndexOf([.. node.Parameters], slot), generator);
                break;
            case BatchNormLayer or LayerNormLayer or ScaleLayer when isWeight:
                values.FillInPlace(1);
                break;
            default:
                values.zero_();
                break;
        }
    }

    /// <summary>As pytabkit draws them; its phases are ours times 2π.</summary>
    private static void FillEmbedding(Tensor values, PeriodicEmbeddingLayer layer, int index, Generator generator)
    {
        double bound = 1 / Math.Sqrt(layer.Frequencies);
        switch (index)
        {
            case 0:
                values.normal_(0, layer.FrequencyDeviation, generator);
                break;
            case 1:
                values.uniform_(-0.5, 0.5, generator);
                break;
            default:
                values.uniform_(-bound, bound, generator);
                break;
        }
    }

    /// <summary>As TabM draws them: what members share as Linear does, and a bias that all start with.</summary>
    private static void FillMembers(Tensor values, LayerNode node, int index, Initialization initialization, Generator generator)
    {
        var layer = node.Layer as EnsembleLinearLayer;
        int members = layer?.Members ?? ((MemberLinearLayer)node.Layer).Members;
        int inputs = node.InputWidth / members, units = node.OutputWidth / members;
        bool isBias = index == (layer is null ? 1 : 3);
        double bound = 1 / Math.Sqrt(inputs);
        if (index == 0 && initialization != Initialization.PyTorch)
            FillLinear(values, inputs, units, initialization, generator);
        else if (isBias && initialization != Initialization.PyTorch)
            values.zero_();
        else if (isBias && layer is not null)
            values.view(members, units).copy_(empty(units).uniform_(-bound, bound, generator));
        else if (index == 0 || isBias)
            values.uniform_(-bound, bound, generator);
        else
            FillScale(values, index == 1 ? layer!.Scaling : MemberScaling.Ones, generator);
    }

    private static void FillScale(Tensor values, MemberScaling scaling, Generator generator)
    {
        switch (scaling)
        {
            case MemberScaling.RandomSigns:
                values.bernoulli_(0.5, generator).mul_(tensor(2f)).sub_(tensor(1f));
                break;
            case MemberScaling.Normal:
                values.normal_(0, 1, generator);
                break;
            default:
                values.FillInPlace(1);
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
