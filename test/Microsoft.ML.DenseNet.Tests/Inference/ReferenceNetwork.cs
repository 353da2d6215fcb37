namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// A network computed layer by layer in double precision, straight from the layers' documentation: slow, and plain enough to be
/// believed. What the managed kernels, the torch module and the ONNX graph compute is compared with this.
/// </summary>
public static class ReferenceNetwork
{
    /// <summary>Computes one row.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="parameters">Its trained values.</param>
    /// <param name="buffers">Its other values.</param>
    /// <param name="row">The features.</param>
    public static double[] Run(NetworkLayout layout, ReadOnlySpan<float> parameters, ReadOnlySpan<float> buffers, ReadOnlySpan<float> row) =>
        Run(layout, parameters, buffers, row, value => value);

    /// <summary>Computes one row of a trained network.</summary>
    public static double[] Predict(TrainedNetwork network, ReadOnlySpan<float> row) =>
        Run(network.Layout, network.Parameters.Span, network.Buffers.Span, row);

    /// <summary>
    /// Computes one row and how far single precision may lead away from it: eight times the largest deviation that random
    /// relative changes of single precision's size, at every intermediate value, brought about.
    /// </summary>
    public static (double[] Output, double[] Tolerance) RunWithTolerance(
        NetworkLayout layout, ReadOnlySpan<float> parameters, ReadOnlySpan<float> buffers, ReadOnlySpan<float> row)
    {
        const double Disturbance = 5e-7;

        double[] output = Run(layout, parameters, buffers, row);
        double[] tolerance = [.. output.Select(value => 1e-6 * Math.Abs(value) + 1e-30)];
        for (int trial = 0; trial < 4; trial++)
        {
            var random = new Random(trial);
            double[] disturbed = Run(layout, parameters, buffers, row, value => value * (1 + (Disturbance * (2 * random.NextDouble() - 1))));
            for (int i = 0; i < output.Length; i++)
                tolerance[i] = Math.Max(tolerance[i], 8 * Math.Abs(disturbed[i] - output[i]));
        }

        return (output, tolerance);
    }

    /// <summary>Computes one row, passing every intermediate value through <paramref name="round"/>.</summary>
    private static double[] Run(
        NetworkLayout layout, ReadOnlySpan<float> parameters, ReadOnlySpan<float> buffers, ReadOnlySpan<float> row, Func<double, double> round)
    {
        double[] input = new double[row.Length];
        for (int i = 0; i < input.Length; i++)
            input[i] = row[i];
        return Run(layout.Root, parameters, buffers, input, round);
    }

    private static double[] Run(LayerNode node, ReadOnlySpan<float> parameters, ReadOnlySpan<float> buffers, double[] x, Func<double, double> round)
    {
        double[] y;
        switch (node.Layer)
        {
            case SequentialLayer:
                foreach (var child in node.Children)
                    x = Run(child, parameters, buffers, x, round);
                return x;

            case SumLayer:
                y = new double[node.OutputWidth];
                foreach (var child in node.Children)
                    y = Combine(y, Run(child, parameters, buffers, x, round), (sum, branch) => round(sum + branch));
                return y;

            case ConcatLayer:
                y = [];
                foreach (var child in node.Children)
                    y = [.. y, .. Run(child, parameters, buffers, x, round)];
                return y;

            case ResidualLayer:
                return Combine(x, Run(node.Children[0], parameters, buffers, x, round), (input, body) => round(input + body));

            case LinearLayer linear:
                var weight = Values(node, 0, parameters, buffers);
                y = new double[node.OutputWidth];
                for (int unit = 0; unit < y.Length; unit++)
                {
                    double sum = 0;
                    for (int i = 0; i < x.Length; i++)
                        sum += round(weight[(unit * x.Length) + i] * x[i]);
                    y[unit] = round(sum + (linear.HasBias ? round(Values(node, 1, parameters, buffers)[unit]) : 0));
                }

                return y;

            case EmbeddingBagLayer:
                var rows = Values(node, 0, parameters, buffers);
                var bagBias = Values(node, 1, parameters, buffers);
                y = new double[node.OutputWidth];
                for (int unit = 0; unit < y.Length; unit++)
                {
                    double sum = 0;
                    for (int i = 0; i < x.Length; i++)
                        sum += round(x[i] * rows[(i * y.Length) + unit]);
                    y[unit] = round(sum + round(bagBias[unit]));
                }

                return y;

            case RepeatLayer repeat:
                return [.. Enumerable.Repeat(x, repeat.Count).SelectMany(values => values)];

            case EnsembleLinearLayer ensemble:
                var shared = Values(node, 0, parameters, buffers);
                var inputScale = Values(node, 1, parameters, buffers);
                var outputScale = Values(node, 2, parameters, buffers);
                int memberInputs = x.Length / ensemble.Members;
                y = new double[node.OutputWidth];
                for (int i = 0; i < y.Length; i++)
                {
                    int member = i / ensemble.Units, unit = i % ensemble.Units;
                    double sum = 0;
                    for (int j = 0; j < memberInputs; j++)
                        sum += round(shared[(unit * memberInputs) + j] * round(inputScale[(member * memberInputs) + j] * x[(member * memberInputs) + j]));
                    y[i] = round(round(sum * outputScale[i]) + (ensemble.HasBias ? round(Values(node, 3, parameters, buffers)[i]) : 0));
                }

                return y;

            case MemberLinearLayer separate:
                var own = Values(node, 0, parameters, buffers);
                var ownBias = Values(node, 1, parameters, buffers);
                int ownInputs = x.Length / separate.Members;
                y = new double[node.OutputWidth];
                for (int i = 0; i < y.Length; i++)
                {
                    double sum = 0;
                    for (int j = 0; j < ownInputs; j++)
                        sum += round(own[(i * ownInputs) + j] * x[(i / separate.Units * ownInputs) + j]);
                    y[i] = round(sum + round(ownBias[i]));
                }

                return y;

            case MemberMeanLayer average:
                return Mean([.. x.Chunk(node.OutputWidth)], average.Mean, round);

            case BatchNormLayer batchNorm:
                var gamma = Values(node, 0, parameters, buffers);
                var beta = Values(node, 1, parameters, buffers);
                var mean = Values(node, 2, parameters, buffers);
                var variance = Values(node, 3, parameters, buffers);
                y = new double[x.Length];
                for (int i = 0; i < y.Length; i++)
                    y[i] = round(round((x[i] - round(mean[i])) / Math.Sqrt(variance[i] + batchNorm.Epsilon) * gamma[i]) + beta[i]);
                return y;

            case LayerNormLayer layerNorm:
                var factor = Values(node, 0, parameters, buffers);
                var shift = Values(node, 1, parameters, buffers);
                double center = round(x.Average());
                double deviation = Math.Sqrt(x.Average(value => (value - center) * (value - center)) + layerNorm.Epsilon);
                y = new double[x.Length];
                for (int i = 0; i < y.Length; i++)
                    y[i] = round(round((x[i] - center) / deviation * factor[i]) + shift[i]);
                return y;

            case StandardizeLayer:
                var from = Values(node, 0, parameters, buffers);
                var by = Values(node, 1, parameters, buffers);
                y = new double[x.Length];
                for (int i = 0; i < y.Length; i++)
                {
                    double z = (x[i] - from[i]) * by[i];
                    y[i] = double.IsNaN(z) ? 0 : round(Math.Clamp(z, -StandardizeLayer.Limit, StandardizeLayer.Limit));
                }

                return y;

            case AscendingLayer ascending:
                y = [.. x];
                for (int i = 0; i < y.Length; i++)
                    y[i] = x[ascending.Middle] + Enumerable.Range(0, y.Length).Where(j => (j > ascending.Middle && j <= i) || (j < ascending.Middle && j >= i)).Sum(j => Math.Sign(j - ascending.Middle) * Math.Log(1 + Math.Exp(x[j])));
                return [.. y.Select(round)];

            case DestandardizeLayer:
                var origin = Values(node, 0, parameters, buffers);
                var scale = Values(node, 1, parameters, buffers);
                y = new double[x.Length];
                for (int i = 0; i < y.Length; i++)
                    y[i] = round(round(x[i] * scale[i]) + origin[i]);
                return y;

            case RobustScaleLayer:
                var median = Values(node, 0, parameters, buffers);
                var spread = Values(node, 1, parameters, buffers);
                y = new double[x.Length];
                for (int i = 0; i < y.Length; i++)
                {
                    double z = (x[i] - median[i]) * spread[i];
                    z = double.IsNaN(z) ? 0 : Math.Clamp(z, -StandardizeLayer.Limit, StandardizeLayer.Limit);
                    y[i] = round(z / Math.Sqrt(1 + (z / 3 * (z / 3))));
                }

                return y;

            case ScaleLayer:
                var factors = Values(node, 0, parameters, buffers);
                y = new double[x.Length];
                for (int i = 0; i < y.Length; i++)
                    y[i] = round(x[i] * factors[i]);
                return y;

            case SelectLayer select:
                y = [.. select.Ranges.SelectMany(range => x.Skip(range.Start).Take(range.Count))];
                return y;

            case MissingIndicatorsLayer indicators:
                return [.. x, .. indicators.Ranges.SelectMany(range => x.Skip(range.Start).Take(range.Count)).Select(value => double.IsNaN(value) ? 1.0 : 0)];

            case PiecewiseLinearEmbeddingLayer embedding:
                var ofBins = Values(node, 0, parameters, buffers);
                var starts = Values(node, 1, parameters, buffers);
                var scales = Values(node, 2, parameters, buffers);
                y = new double[x.Length * embedding.Width];
                for (int i = 0; i < y.Length; i++)
                {
                    int input = i / embedding.Width;
                    for (int bin = 0; bin < embedding.Bins; bin++)
                    {
                        int place = (input * embedding.Bins) + bin;
                        y[i] += round(ofBins[(i * embedding.Bins) + bin] * Math.Clamp(round(round(x[input] - starts[place]) * scales[place]), 0, 1));
                    }

                    y[i] = round(y[i]);
                }

                return y;

            case PeriodicEmbeddingLayer embedding:
                var frequency = Values(node, 0, parameters, buffers);
                var phase = Values(node, 1, parameters, buffers);
                var mixing = Values(node, 2, parameters, buffers);
                var offset = Values(node, 3, parameters, buffers);
                int cosines = embedding.Frequencies, units = embedding.Width - 1;
                y = new double[x.Length * embedding.Width];
                for (int i = 0; i < x.Length; i++)
                {
                    for (int unit = 0; unit < units; unit++)
                    {
                        double sum = offset[(i * units) + unit];
                        for (int k = 0; k < cosines; k++)
                        {
                            // A cosine near its zero still has the absolute error of a number of size 1.
                            double cosine = Math.Cos(2 * Math.PI * round((frequency[(i * cosines) + k] * x[i]) + phase[(i * cosines) + k]));
                            sum += mixing[(((i * units) + unit) * cosines) + k] * (round(cosine + 2) - 2);
                        }

                        y[(i * embedding.Width) + unit] = round(sum);
                    }

                    y[(i * embedding.Width) + units] = x[i];
                }

                return y;

            case PReLULayer pReLU:
                var slopes = Values(node, 0, parameters, buffers);
                y = new double[x.Length];
                for (int i = 0; i < y.Length; i++)
                    y[i] = x[i] < 0 ? round(slopes[pReLU.PerUnit ? i : 0] * x[i]) : x[i];
                return y;

            case ActivationLayer activation:
                return [.. x.Select(value => round(ReferenceActivation.Apply(activation, value)))];

            case DropoutLayer:
                return x;

            default:
                throw new NotSupportedException($"The reference does not know {node.Layer.Kind}.");
        }
    }

    /// <summary>Computed from logarithms, since probabilities of extreme outputs are 0 or 1 within rounding.</summary>
    private static double[] Mean(double[][] members, MeanKind kind, Func<double, double> round)
    {
        double LogMean(Func<double[], double> logarithm) => LogSum([.. members.Select(logarithm)]) - Math.Log(members.Length);
        return [.. Enumerable.Range(0, members[0].Length).Select(i => round(kind switch
        {
            MeanKind.Outputs => members.Average(outputs => outputs[i]),
            MeanKind.Exponentials => LogMean(outputs => outputs[i]),
            MeanKind.Probabilities => LogMean(outputs => -LogSum([0, -outputs[i]])) - LogMean(outputs => -LogSum([0, outputs[i]])),
            _ => LogMean(outputs => outputs[i] - LogSum(outputs)),
        }))];
    }

    private static double LogSum(double[] values)
    {
        double largest = values.Max();
        return double.IsInfinity(largest) ? largest : largest + Math.Log(values.Sum(value => Math.Exp(value - largest)));
    }

    private static double[] Combine(double[] left, double[] right, Func<double, double, double> combine) => [.. left.Zip(right, combine)];

    private static ReadOnlySpan<float> Values(LayerNode node, int index, ReadOnlySpan<float> parameters, ReadOnlySpan<float> buffers)
    {
        var place = node.Parameters[index];
        return (place.IsTrained ? parameters : buffers).Slice(place.Offset, place.Count);
    }
}
