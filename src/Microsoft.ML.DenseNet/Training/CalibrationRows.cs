using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Outputs of a classifier for rows whose class is known, and the sums over them that a <see cref="CalibrationFit"/> needs: the log-loss of
/// the calibrated outputs and its first and second derivatives, each in one pass.
/// </summary>
/// <remarks>One output is the log-odds of the second of two classes, several are logits of as many classes.</remarks>
/// <param name="outputs">Row-major.</param>
/// <param name="width">The number of outputs.</param>
/// <param name="labels">The class of each row, from 0.</param>
/// <param name="weights">The weight of each row; empty for 1 each.</param>
internal sealed class CalibrationRows(float[] outputs, int width, float[] labels, double[] weights)
{
    private readonly float[] _probabilities = new float[outputs.Length];

    /// <summary>The number of rows.</summary>
    public int Count => labels.Length;

    /// <summary>The number of outputs.</summary>
    public int Width => width;

    /// <summary>The number of classes.</summary>
    public int Classes => Math.Max(width, 2);

    /// <summary>Returns the same rows with a number subtracted from each output.</summary>
    public CalibrationRows Minus(double[] anchors)
    {
        if (Array.TrueForAll(anchors, anchor => anchor == 0))
            return this;
        float[] shifted = new float[outputs.Length];
        for (int i = 0; i < shifted.Length; i++)
            shifted[i] = (float)(outputs[i] - anchors[i % width]);
        return new CalibrationRows(shifted, width, labels, weights);
    }

    /// <summary>Returns the sum of the weights of each class.</summary>
    public double[] ClassWeights()
    {
        double[] sums = new double[Classes];
        for (int row = 0; row < labels.Length; row++)
            sums[(int)labels[row]] += Weight(row);
        return sums;
    }

    /// <summary>Returns the sum over the rows of the output of their own class, as if each class had a given number of rows.</summary>
    /// <remarks>Rows of a class that no row shows would have average outputs.</remarks>
    /// <param name="counts">The sum of the weights that each class should have.</param>
    public double SumOfTrueOutputs(ReadOnlySpan<double> counts)
    {
        double[] own = new double[Classes], sums = new double[Classes], all = new double[Classes];
        for (int row = 0; row < labels.Length; row++)
        {
            int truth = (int)labels[row];
            own[truth] += Weight(row);
            sums[truth] += Weight(row) * Output(row, truth);
            for (int label = 0; label < own.Length; label++)
                all[label] += Weight(row) * Output(row, label);
        }

        double total = own.Sum(), sum = 0;
        for (int label = 0; label < own.Length; label++)
            sum += counts[label] * (own[label] > 0 ? sums[label] / own[label] : all[label] / total);
        return sum;
    }

    /// <summary>
    /// Returns the part of <see cref="SumOfTrueOutputs"/> that may be due to chance: the amount by which a class's output leads over the
    /// others in its own rows more than in all, times min(1, 1 / t²), with the t statistic of that difference: the shrinkage of James and
    /// Stein. A few rows of a rare class that are ranked well by chance would otherwise make the factor too large.
    /// </summary>
    /// <param name="counts">The sum of the weights that each class should have.</param>
    public double SumDueToChance(ReadOnlySpan<double> counts)
    {
        LeadMoments[] own = new LeadMoments[Classes], rest = new LeadMoments[Classes];
        for (int row = 0; row < labels.Length; row++)
        {
            double total = 0;
            for (int label = 0; label < own.Length; label++)
                total += Output(row, label);
            for (int label = 0; label < own.Length; label++)
            {
                double output = Output(row, label);
                (label == (int)labels[row] ? own : rest)[label].Add(output - ((total - output) / (own.Length - 1)), Weight(row));
            }
        }

        double sum = 0;
        for (int label = 0; label < own.Length; label++)
            sum += counts[label] * LeadMoments.DifferenceDueToChance(own[label], rest[label]);
        return sum * (own.Length - 1) / own.Length; // a lead is that much more than the output's distance from the mean of all outputs
    }

    /// <summary>Returns Σ ln Σ eᵘ with u = factor · output + shift, and keeps the probabilities for the derivatives.</summary>
    /// <param name="point">The factor, followed by the shifts.</param>
    /// <param name="gradient">Receives the derivatives by each of these.</param>
    public double SumOfLogNormalizers(ReadOnlySpan<double> point, Span<double> gradient)
    {
        gradient.Clear();
        float factor = (float)point[0];
        float[] shifts = new float[width];
        for (int i = 0; i < width; i++)
            shifts[i] = (float)point[1 + i];
        double total = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            double weight = Weight(row);
            var z = outputs.AsSpan(row * width, width);
            var p = _probabilities.AsSpan(row * width, width);
            total += weight * (width == 1 ? LogNormalizer((point[0] * z[0]) + point[1], out p[0]) : LogNormalizer(z, factor, shifts, p));
            double mean = 0;
            for (int i = 0; i < z.Length; i++)
            {
                double share = weight * p[i];
                gradient[1 + i] += share;
                mean += share * z[i];
            }

            gradient[0] += mean;
        }

        return total;
    }

    /// <summary>Computes the product of the matrix of second derivatives, at the last point, with a direction.</summary>
    public void MultiplyByCurvature(ReadOnlySpan<double> direction, Span<double> product)
    {
        product.Clear();
        for (int row = 0; row < labels.Length; row++)
        {
            double weight = Weight(row);
            var z = outputs.AsSpan(row * width, width);
            var p = _probabilities.AsSpan(row * width, width);
            double mean = 0;
            for (int i = 0; i < z.Length; i++)
                mean += p[i] * ((direction[0] * z[i]) + direction[1 + i]);
            double slope = 0;
            for (int i = 0; i < z.Length; i++)
            {
                double change = weight * p[i] * ((direction[0] * z[i]) + direction[1 + i] - mean);
                product[1 + i] += change;
                slope += change * z[i];
            }

            product[0] += slope;
        }
    }

    /// <summary>Computes the diagonal of the matrix of second derivatives at the last point.</summary>
    public void ReadCurvature(Span<double> diagonal)
    {
        diagonal.Clear();
        for (int row = 0; row < labels.Length; row++)
        {
            double weight = Weight(row), mean = 0, square = 0;
            for (int i = 0; i < width; i++)
            {
                double p = _probabilities[(row * width) + i], z = outputs[(row * width) + i];
                diagonal[1 + i] += weight * p * (1 - p);
                mean += p * z;
                square += p * z * z;
            }

            diagonal[0] += weight * (square - (mean * mean));
        }
    }

    /// <summary>The logit of a class; of two classes with one output, that of the first is 0.</summary>
    private double Output(int row, int label) => width > 1 ? outputs[(row * width) + label] : label * outputs[row];

    private double Weight(int row) => weights.Length == 0 ? 1 : weights[row];

    /// <summary>ln(1 + eᵘ).</summary>
    private static double LogNormalizer(double u, out float probability)
    {
        double e = Math.Exp(-Math.Abs(u));
        probability = (float)((u < 0 ? e : 1) / (1 + e));
        return Math.Max(u, 0) + Math.Log(1 + e);
    }

    private static double LogNormalizer(ReadOnlySpan<float> z, float factor, float[] shifts, Span<float> probabilities)
    {
        TensorPrimitives.MultiplyAdd(z, factor, shifts, probabilities);
        float largest = TensorPrimitives.Max<float>(probabilities);
        TensorPrimitives.Subtract(probabilities, largest, probabilities);
        TensorPrimitives.Exp<float>(probabilities, probabilities);
        double sum = 0; // in this order on every machine
        foreach (float value in probabilities)
            sum += value;
        TensorPrimitives.Divide(probabilities, (float)sum, probabilities);
        return largest + Math.Log(sum);
    }
}
