using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.DenseNet;

/// <summary>Computes a network's layers on torch tensors, [rows, inputs] to [rows, outputs], so that autograd can follow.</summary>
/// <param name="network">The network, which holds the tensors and the user-defined modules.</param>
internal class TorchEvaluator(TorchNetwork network) : LayerReader<Tensor>
{
    /// <summary>Whether dropout is active and batch normalization uses the batch's statistics.</summary>
    public bool IsTraining { get; set; }

    public override Tensor Linear(LayerNode node, LinearLayer layer, Tensor x)
    {
        var weight = Tensor(node, 0);
        var bias = layer.HasBias ? Tensor(node, 1) : null;
        if (network.Precision != Precision.BFloat16 || !IsTraining)
            return functional.linear(x, weight, bias);

        // The casts are part of the graph: the gradient of the weight arrives in single precision.
        var product = functional.linear(x.to_type(ScalarType.BFloat16), weight.to_type(ScalarType.BFloat16)).to_type(ScalarType.Float32);
        return bias is null ? product : product.PlusInPlace(bias);
    }

    public override Tensor EmbeddingBag(LayerNode node, EmbeddingBagLayer layer, Tensor x) => x.matmul(Tensor(node, 0)).Plus(Tensor(node, 1));

    public override Tensor Activation(LayerNode node, ActivationLayer layer, Tensor x) => layer.Function switch
    {
        ActivationFunction.ReLU => functional.relu(x),
        ActivationFunction.LeakyReLU => x.LeakyReLU(layer.First),
        ActivationFunction.ELU => x.ELU(layer.First),
        ActivationFunction.SELU => functional.selu(x),
        ActivationFunction.GELU => functional.gelu(x),
        ActivationFunction.SiLU => functional.silu(x),
        ActivationFunction.Mish => x.Mish(),
        ActivationFunction.Softplus => x.Softplus(layer.First, layer.Second),
        ActivationFunction.Softsign => x.Softsign(),
        ActivationFunction.Tanh => x.tanh(),
        ActivationFunction.Sigmoid => x.sigmoid(),
        ActivationFunction.HardSigmoid => functional.hardsigmoid(x),
        ActivationFunction.HardSwish => functional.hardswish(x),
        ActivationFunction.HardTanh => x.Clamp(layer.First, layer.Second),
        ActivationFunction.Exp => x.exp(),
        _ => throw new NotSupportedException($"Activation {layer.Function} has no torch form."),
    };

    public override Tensor PReLU(LayerNode node, PReLULayer layer, Tensor x) => functional.prelu(x, Tensor(node, 0));

    public override Tensor Dropout(LayerNode node, DropoutLayer layer, Tensor x)
    {
        double p = layer.Probability * network.DropoutFactor;
        return IsTraining && p > 0 ? x * network.DropoutNoise.Draw(x, 1 - p).DivideInPlace(1 - p) : x;
    }

    public override Tensor BatchNorm(LayerNode node, BatchNormLayer layer, Tensor x) =>
        functional.batch_norm(x, Tensor(node, 2), Tensor(node, 3), Tensor(node, 0), Tensor(node, 1), IsTraining, layer.Momentum, layer.Epsilon);

    public override Tensor LayerNorm(LayerNode node, LayerNormLayer layer, Tensor x) =>
        functional.layer_norm(x, [node.InputWidth], Tensor(node, 0), Tensor(node, 1), layer.Epsilon);

    public override Tensor Standardize(LayerNode node, StandardizeLayer layer, Tensor x) => Scaled(layer, x, Tensor(node, 0), Tensor(node, 1));

    public override Tensor Destandardize(LayerNode node, DestandardizeLayer layer, Tensor x) => x.mul(Tensor(node, 1)).Plus(Tensor(node, 0));

    public override Tensor Ascending(LayerNode node, AscendingLayer layer, Tensor x) => Losses.Ascending(x, layer.Middle);

    public override Tensor RobustScale(LayerNode node, RobustScaleLayer layer, Tensor x) => Scaled(layer, x, Tensor(node, 0), Tensor(node, 1));

    public override Tensor Scale(LayerNode node, ScaleLayer layer, Tensor x) => x.mul(Tensor(node, 0));

    public override Tensor Select(LayerNode node, SelectLayer layer, Tensor x) => layer.Ranges is [var only]
        ? x.narrow(1, only.Start, only.Count)
        : cat([.. layer.Ranges.Select(range => x.narrow(1, range.Start, range.Count))], 1);

    public override Tensor MissingIndicators(LayerNode node, MissingIndicatorsLayer layer, Tensor x) =>
        cat([x, .. layer.Ranges.Select(range => x.narrow(1, range.Start, range.Count).isnan().to_type(x.dtype))], 1);

    public override Tensor PeriodicEmbedding(LayerNode node, PeriodicEmbeddingLayer layer, Tensor x)
    {
        var (frequency, phase, weight, bias) = (Tensor(node, 0), Tensor(node, 1), Tensor(node, 2), Tensor(node, 3));

        // [inputs, rows, ...]: one small matrix product for each input.
        var column = x.t().unsqueeze(2);
        var cosines = phase.unsqueeze(1).Multiply(2 * Math.PI).AddProduct(column, frequency.unsqueeze(1).Multiply(2 * Math.PI)).cos();
        var embedded = cosines.bmm(weight.transpose(1, 2)).PlusInPlace(bias.unsqueeze(1));
        return cat([embedded, column], 2).transpose(0, 1).flatten(1);
    }

    public override Tensor PiecewiseLinearEmbedding(LayerNode node, PiecewiseLinearEmbeddingLayer layer, Tensor x)
    {
        var (weight, start, scale) = (Tensor(node, 0), Tensor(node, 1), Tensor(node, 2));

        // [inputs, rows, ...]: one small matrix product for each input.
        var places = x.t().unsqueeze(2).sub(start.unsqueeze(1)).mul(scale.unsqueeze(1)).Clamp(0, 1);
        return places.bmm(weight.transpose(1, 2)).transpose(0, 1).flatten(1);
    }

    public override Tensor Repeat(LayerNode node, RepeatLayer layer, Tensor x) => x.repeat(1, layer.Count);

    public override Tensor EnsembleLinear(LayerNode node, EnsembleLinearLayer layer, Tensor x)
    {
        var (weight, inputScale, outputScale) = (Tensor(node, 0), Tensor(node, 1), Tensor(node, 2));

        // [rows, members, ...], with the members as rows of one product.
        var products = functional.linear(x.unflatten(1, layer.Members, -1).mul(inputScale), weight);
        return (layer.HasBias ? Tensor(node, 3).AddProduct(products, outputScale) : products.mul(outputScale)).flatten(1);
    }

    public override Tensor MemberLinear(LayerNode node, MemberLinearLayer layer, Tensor x) =>
        x.unflatten(1, layer.Members, -1).transpose(0, 1).bmm(Tensor(node, 0).transpose(1, 2)).transpose(0, 1).Plus(Tensor(node, 1)).flatten(1);

    public override Tensor MemberMean(LayerNode node, MemberMeanLayer layer, Tensor x) => IsTraining ? x : Mean(layer, x.unflatten(1, layer.Members, -1));

    public override Tensor Module(LayerNode node, ModuleLayer layer, Tensor x)
    {
        var result = ModuleCall.Run(network.ModuleOf(node), layer.Name, x);
        return result.dim() == 2 && result.shape[0] == x.shape[0] && result.shape[1] == node.OutputWidth
            ? result
            : throw new InvalidOperationException($"Module '{layer.Name}' maps {TensorCheck.Shape(x)} to {TensorCheck.Shape(result)}; [{x.shape[0]}, {node.OutputWidth}] is needed.");
    }

    protected override Tensor Add(LayerNode node, Tensor x, IEnumerable<Tensor> terms) => terms.Aggregate((sum, term) => sum.Plus(term));

    protected override Tensor Join(LayerNode node, Tensor x, IEnumerable<Tensor> parts) => cat([.. parts], 1);

    /// <summary>Features scaled by a network's first layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="x">The features.</param>
    /// <param name="center">What is subtracted; broadcast.</param>
    /// <param name="scale">What the differences are multiplied by; broadcast.</param>
    public static Tensor Scaled(Layer layer, Tensor x, Tensor center, Tensor scale)
    {
        const float Bound = RobustScaleLayer.Bound;
        var z = x.sub(center).mul_(scale).nan_to_num_(nan: 0).ClampInPlace(-StandardizeLayer.Limit, StandardizeLayer.Limit);
        return layer is RobustScaleLayer ? z.div(z.Square().DivideInPlace(Bound * Bound).AddInPlace(1).sqrt_()) : z;
    }

    /// <summary>The tensor that holds a layer's values.</summary>
    protected Tensor Tensor(LayerNode node, int index) => network[node.Parameters[index]];

    /// <summary>[rows, members, outputs] to [rows, outputs].</summary>
    private static Tensor Mean(MemberMeanLayer layer, Tensor x)
    {
        return layer.Mean switch
        {
            MeanKind.Outputs => x.mean([1]),
            MeanKind.Exponentials => LogMean(x),
            MeanKind.Probabilities => functional.logsigmoid(x).logsumexp(1).sub(functional.logsigmoid(x.neg()).logsumexp(1)),
            MeanKind.ClassProbabilities => LogMean(x.log_softmax(2)),
            _ => throw new NotSupportedException($"The mean of {layer.Mean} has no torch form."),
        };

        // Logarithms of means, computed from logarithms of sums, so that nothing overflows and small probabilities keep their digits.
        Tensor LogMean(Tensor logarithms) => logarithms.logsumexp(1).Add(-Math.Log(layer.Members));
    }
}
