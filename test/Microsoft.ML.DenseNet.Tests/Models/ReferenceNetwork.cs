namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The layers of <see cref="TestNetworks"/> in plain double arithmetic, straight from their definitions.</summary>
internal static class ReferenceNetwork
{
    public static double[] Predict(TrainedNetwork network, ReadOnlySpan<float> features)
    {
        double[] input = new double[features.Length];
        for (int i = 0; i < input.Length; i++)
            input[i] = features[i];
        return Evaluate(network, network.Layout.Root, input);
    }

    private static double[] Evaluate(TrainedNetwork network, LayerNode node, double[] x)
    {
        switch (node.Layer)
        {
            case SequentialLayer:
                return node.Children.Aggregate(x, (value, child) => Evaluate(network, child, value));
            case SumLayer:
                return node.Children.Select(child => Evaluate(network, child, x)).Aggregate(Add);
            case ConcatLayer:
                return [.. node.Children.SelectMany(child => Evaluate(network, child, x))];
            case ResidualLayer:
                return Add(x, Evaluate(network, node.Children[0], x));
            case LinearLayer linear:
                float[] weight = Values(network, node, "weight");
                float[]? bias = linear.HasBias ? Values(network, node, "bias") : null;
                return [.. Enumerable.Range(0, linear.Units).Select(unit => x.Select((value, i) => value * weight[unit * x.Length + i]).Sum() + (bias?[unit] ?? 0))];
            case StandardizeLayer:
                float[] mean = Values(network, node, "mean");
                float[] scale = Values(network, node, "scale");
                return [.. x.Select((value, i) => double.IsNaN(value) ? 0 : Math.Clamp((value - mean[i]) * scale[i], -StandardizeLayer.Limit, StandardizeLayer.Limit))];
            case ActivationLayer { Function: ActivationFunction.ReLU }:
                return [.. x.Select(value => Math.Max(value, 0))];
            case ActivationLayer { Function: ActivationFunction.Tanh }:
                return [.. x.Select(Math.Tanh)];
            case ActivationLayer { Function: ActivationFunction.Identity }:
                return x;
            default:
                throw new NotSupportedException(node.Layer.Kind);
        }
    }

    private static float[] Values(TrainedNetwork network, LayerNode node, string name) =>
        network.Tensors.Single(tensor => tensor.Name == $"{node.Path}.{name}").Values.ToArray();

    private static double[] Add(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a + b)];
}
