using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.DenseNet;

/// <summary>Reads a network layout as a function of torch tensors: [rows, inputs] to [rows, outputs].</summary>
/// <remarks>One of the three readers of a <see cref="Layer"/>; the others make managed kernels and ONNX graphs.</remarks>
internal sealed class TorchCompiler
{
    private readonly Func<ParameterSlot, Tensor> _tensorOf;
    private readonly Generator _dropoutGenerator;
    private readonly Queue<nn.Module<Tensor, Tensor>> _modules;

    /// <param name="tensorOf">The tensor that holds a slot's values, in the slot's shape.</param>
    /// <param name="dropoutGenerator">The source of dropout's random numbers, so that torch's global one stays untouched.</param>
    /// <param name="modules">The modules of the layout's <see cref="ModuleLayer"/>s, in order.</param>
    public TorchCompiler(Func<ParameterSlot, Tensor> tensorOf, Generator dropoutGenerator, IEnumerable<nn.Module<Tensor, Tensor>> modules)
    {
        _modules = new Queue<nn.Module<Tensor, Tensor>>(modules);
        _tensorOf = tensorOf;
        _dropoutGenerator = dropoutGenerator;
    }

    /// <summary>A factor on every dropout's probability, asked for at each step.</summary>
    public Func<double> DropoutFactor { get; init; } = () => 1;

    /// <summary>That of the Linears' products while training.</summary>
    public Precision Precision { get; init; }

    public TorchFunction Compile(LayerNode node) => node.Layer switch
    {
        LinearLayer => Linear(node),
        EmbeddingBagLayer => EmbeddingBag(node),
        ActivationLayer activation => Activation(activation),
        PReLULayer => PReLU(node),
        DropoutLayer dropout => Dropout(dropout.Probability),
        BatchNormLayer batchNorm => BatchNorm(node, batchNorm),
        LayerNormLayer layerNorm => LayerNorm(node, layerNorm),
        StandardizeLayer => Standardize(node),
        DestandardizeLayer => Destandardize(node),
        RobustScaleLayer => RobustScale(node),
        ScaleLayer => Scale(node),
        SelectLayer select => Select(select.Ranges),
        PeriodicEmbeddingLayer => PeriodicEmbedding(node),
        PiecewiseLinearEmbeddingLayer => PiecewiseLinearEmbedding(node),
        RepeatLayer repeat => Repeat(repeat.Count),
        EnsembleLinearLayer ensemble => EnsembleLinear(node, ensemble),
        MemberLinearLayer member => MemberLinear(node, member),
        MemberMeanLayer mean => MemberMean(mean),
        ModuleLayer layer => Module(_modules.Dequeue(), layer.Name, node.OutputWidth),
        SequentialLayer => Sequential(Children(node)),
        SumLayer => Sum(Children(node)),
        ConcatLayer => Concat(Children(node)),
        ResidualLayer => Residual(Compile(node.Children[0])),
        _ => throw new NotSupportedException($"Layer '{node.Path}' ({node.Layer}) has no torch form."),
    };

    /// <summary>Layers one after the other.</summary>
    public TorchFunction CompileSequence(IEnumerable<LayerNode> nodes) => Sequential([.. nodes.Select(Compile)]);

    private TorchFunction[] Children(LayerNode node) => [.. node.Children.Select(Compile)];

    private TorchFunction Linear(LayerNode node)
    {
        var weight = _tensorOf(node.Parameters[0]);
        var bias = node.Parameters.Count > 1 ? _tensorOf(node.Parameters[1]) : null;
        if (Precision != Precision.BFloat16)
            return (x, _) => functional.linear(x, weight, bias);
        return (x, training) =>
        {
            if (!training)
                return functional.linear(x, weight, bias);

            // The casts are part of the graph: the gradient of the weight arrives in single precision.
            var product = functional.linear(x.to_type(ScalarType.BFloat16), weight.to_type(ScalarType.BFloat16)).to_type(ScalarType.Float32);
            return bias is null ? product : product.PlusInPlace(bias);
        };
    }

    private TorchFunction EmbeddingBag(LayerNode node)
    {
        var weight = _tensorOf(node.Parameters[0]);
        var bias = _tensorOf(node.Parameters[1]);
        return (x, _) => x.matmul(weight).Plus(bias);
    }

    private static TorchFunction Activation(ActivationLayer layer)
    {
        double first = layer.First, second = layer.Second;
        return layer.Function switch
        {
            ActivationFunction.Identity => (x, _) => x,
            ActivationFunction.ReLU => (x, _) => functional.relu(x),
            ActivationFunction.LeakyReLU => (x, _) => x.LeakyReLU(first),
            ActivationFunction.ELU => (x, _) => x.ELU(first),
            ActivationFunction.SELU => (x, _) => functional.selu(x),
            ActivationFunction.GELU => (x, _) => functional.gelu(x),
            ActivationFunction.SiLU => (x, _) => functional.silu(x),
            ActivationFunction.Mish => (x, _) => x.Mish(),
            ActivationFunction.Softplus => (x, _) => x.Softplus(first, second),
            ActivationFunction.Softsign => (x, _) => x.Softsign(),
            ActivationFunction.Tanh => (x, _) => x.tanh(),
            ActivationFunction.Sigmoid => (x, _) => x.sigmoid(),
            ActivationFunction.HardSigmoid => (x, _) => functional.hardsigmoid(x),
            ActivationFunction.HardSwish => (x, _) => functional.hardswish(x),
            ActivationFunction.HardTanh => (x, _) => x.Clamp(first, second),
            ActivationFunction.Exp => (x, _) => x.exp(),
            _ => throw new NotSupportedException($"Activation {layer.Function} has no torch form."),
        };
    }

    private TorchFunction PReLU(LayerNode node)
    {
        var slope = _tensorOf(node.Parameters[0]);
        return (x, _) => functional.prelu(x, slope);
    }

    private TorchFunction Dropout(double probability) => (x, training) =>
    {
        double p = probability * DropoutFactor();
        return training && p > 0 ? x * empty_like(x).bernoulli_(1 - p, _dropoutGenerator).DivideInPlace(1 - p) : x;
    };

    private TorchFunction BatchNorm(LayerNode node, BatchNormLayer layer)
    {
        var weight = _tensorOf(node.Parameters[0]);
        var bias = _tensorOf(node.Parameters[1]);
        var runningMean = _tensorOf(node.Parameters[2]);
        var runningVariance = _tensorOf(node.Parameters[3]);
        return (x, training) => functional.batch_norm(x, runningMean, runningVariance, weight, bias, training, layer.Momentum, layer.Epsilon);
    }

    private TorchFunction LayerNorm(LayerNode node, LayerNormLayer layer)
    {
        var weight = _tensorOf(node.Parameters[0]);
        var bias = _tensorOf(node.Parameters[1]);
        long[] shape = [node.InputWidth];
        return (x, _) => functional.layer_norm(x, shape, weight, bias, layer.Epsilon);
    }

    private TorchFunction Standardize(LayerNode node)
    {
        var mean = _tensorOf(node.Parameters[0]);
        var scale = _tensorOf(node.Parameters[1]);
        return (x, _) => x.sub(mean).mul_(scale).nan_to_num_(nan: 0).ClampInPlace(-StandardizeLayer.Limit, StandardizeLayer.Limit);
    }

    private TorchFunction Destandardize(LayerNode node)
    {
        var mean = _tensorOf(node.Parameters[0]);
        var scale = _tensorOf(node.Parameters[1]);
        return (x, _) => x.mul(scale).Plus(mean);
    }

    private TorchFunction RobustScale(LayerNode node)
    {
        const float Bound = RobustScaleLayer.Bound;
        var center = _tensorOf(node.Parameters[0]);
        var scale = _tensorOf(node.Parameters[1]);
        return (x, _) =>
        {
            var z = x.sub(center).mul_(scale).nan_to_num_(nan: 0).ClampInPlace(-StandardizeLayer.Limit, StandardizeLayer.Limit);
            return z.div(z.Square().DivideInPlace(Bound * Bound).AddInPlace(1).sqrt_());
        };
    }

    private TorchFunction Scale(LayerNode node)
    {
        var weight = _tensorOf(node.Parameters[0]);
        return (x, _) => x.mul(weight);
    }

    private static TorchFunction Select(SlotRangeList ranges) => (x, _) => ranges.Count == 1
        ? x.narrow(1, ranges[0].Start, ranges[0].Count)
        : cat([.. ranges.Select(range => x.narrow(1, range.Start, range.Count))], 1);

    private TorchFunction PeriodicEmbedding(LayerNode node)
    {
        var frequency = _tensorOf(node.Parameters[0]);
        var phase = _tensorOf(node.Parameters[1]);
        var weight = _tensorOf(node.Parameters[2]);
        var bias = _tensorOf(node.Parameters[3]);
        return (x, _) =>
        {
            // [inputs, rows, ...]: one small matrix product for each input.
            var column = x.t().unsqueeze(2);
            var cosines = phase.unsqueeze(1).Multiply(2 * Math.PI).AddProduct(column, frequency.unsqueeze(1).Multiply(2 * Math.PI)).cos();
            var embedded = cosines.bmm(weight.transpose(1, 2)).PlusInPlace(bias.unsqueeze(1));
            return cat([embedded, column], 2).transpose(0, 1).flatten(1);
        };
    }

    private TorchFunction PiecewiseLinearEmbedding(LayerNode node)
    {
        var weight = _tensorOf(node.Parameters[0]);
        var start = _tensorOf(node.Parameters[1]);
        var scale = _tensorOf(node.Parameters[2]);
        return (x, _) =>
        {
            // [inputs, rows, ...]: one small matrix product for each input.
            var places = x.t().unsqueeze(2).sub(start.unsqueeze(1)).mul(scale.unsqueeze(1)).Clamp(0, 1);
            return places.bmm(weight.transpose(1, 2)).transpose(0, 1).flatten(1);
        };
    }

    private static TorchFunction Repeat(int count) => (x, _) => x.repeat(1, count);

    private TorchFunction EnsembleLinear(LayerNode node, EnsembleLinearLayer layer)
    {
        var weight = _tensorOf(node.Parameters[0]);
        var inputScale = _tensorOf(node.Parameters[1]);
        var outputScale = _tensorOf(node.Parameters[2]);
        var bias = layer.HasBias ? _tensorOf(node.Parameters[3]) : null;
        return (x, _) =>
        {
            // [rows, members, ...], the members being rows of one product.
            var products = functional.linear(x.unflatten(1, layer.Members, -1).mul(inputScale), weight);
            return (bias is null ? products.mul(outputScale) : bias.AddProduct(products, outputScale)).flatten(1);
        };
    }

    private TorchFunction MemberLinear(LayerNode node, MemberLinearLayer layer)
    {
        var weight = _tensorOf(node.Parameters[0]);
        var bias = _tensorOf(node.Parameters[1]);
        return (x, _) => x.unflatten(1, layer.Members, -1).transpose(0, 1).bmm(weight.transpose(1, 2)).transpose(0, 1).Plus(bias).flatten(1);
    }

    private static TorchFunction MemberMean(MemberMeanLayer layer)
    {
        var mean = Mean(layer);
        return (x, training) => training ? x : mean(x.unflatten(1, layer.Members, -1));
    }

    /// <summary>[rows, members, outputs] to [rows, outputs].</summary>
    private static Func<Tensor, Tensor> Mean(MemberMeanLayer layer)
    {
        // Logarithms of means, by way of logarithms of sums, so that nothing overflows and small probabilities keep their digits.
        double logMembers = Math.Log(layer.Members);
        return layer.Mean switch
        {
            MeanKind.Outputs => x => x.mean([1]),
            MeanKind.Exponentials => LogMean,
            MeanKind.Probabilities => x => functional.logsigmoid(x).logsumexp(1).sub(functional.logsigmoid(x.neg()).logsumexp(1)),
            MeanKind.ClassProbabilities => x => LogMean(x.log_softmax(2)),
            _ => throw new NotSupportedException($"The mean of {layer.Mean} has no torch form."),
        };

        Tensor LogMean(Tensor logarithms) => logarithms.logsumexp(1).Add(-logMembers);
    }

    private static TorchFunction Module(nn.Module<Tensor, Tensor> module, string name, int outputs) => (x, _) =>
    {
        var result = ModuleCall.Run(module, name, x);
        return result.dim() == 2 && result.shape[0] == x.shape[0] && result.shape[1] == outputs
            ? result
            : throw new InvalidOperationException($"Module '{name}' maps {TensorCheck.Shape(x)} to {TensorCheck.Shape(result)}; [{x.shape[0]}, {outputs}] is needed.");
    };

    private static TorchFunction Sequential(TorchFunction[] layers) => (x, training) =>
    {
        foreach (var layer in layers)
            x = layer(x, training);
        return x;
    };

    private static TorchFunction Sum(TorchFunction[] branches) => (x, training) =>
    {
        var sum = branches[0](x, training);
        foreach (var branch in branches.AsSpan(1))
            sum = sum.Plus(branch(x, training));
        return sum;
    };

    private static TorchFunction Concat(TorchFunction[] branches) => (x, training) =>
        cat([.. branches.Select(branch => branch(x, training))], 1);

    private static TorchFunction Residual(TorchFunction body) => (x, training) => x.Plus(body(x, training));
}
