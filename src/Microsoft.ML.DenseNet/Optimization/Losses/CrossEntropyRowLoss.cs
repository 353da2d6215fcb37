using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.CrossEntropy"/>.</summary>
internal sealed class CrossEntropyRowLoss(float labelSmoothing, float[]? classWeights) : RowLoss
{
    /// <summary>From this many classes on, vectors compute the loss.</summary>
    public const int ManyClasses = 32;

    public override double Divisor(in RowBatch batch)
    {
        if (classWeights is null)
            return batch.Count;
        double sum = 0;
        for (int row = 0; row < batch.Count; row++)
            sum += classWeights[(int)batch.Label(row)] * batch.Weight(row);
        return sum;
    }

    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        // Σ aᵢ (ln Σ eˣ − xᵢ), with aᵢ = wᵢ ((1 − ε) [i = y] + ε / K); the gradient is softmax(x) Σa − a.
        int classes = outputs.Length, truth = (int)label;
        if (classes >= ManyClasses && classWeights is null)
            return EvaluateMany(outputs, truth, factor, gradient);
        float maximum = outputs[0];
        for (int i = 1; i < classes; i++)
            maximum = MathF.Max(maximum, outputs[i]);
        float sum = 0;
        for (int i = 0; i < classes; i++)
            sum += gradient[i] = MathF.Exp(outputs[i] - maximum);
        float logSum = maximum + MathF.Log(sum);

        float loss = 0, total = 0;
        for (int i = 0; i < classes; i++)
        {
            float share = Share(i, truth, classes);
            total += share;
            if (share != 0)
                loss += share * (logSum - outputs[i]);
        }

        for (int i = 0; i < classes; i++)
            gradient[i] = factor * ((gradient[i] / sum * total) - Share(i, truth, classes));
        return loss;
    }

    /// <summary>The same for many classes without weights, whose Σa is 1: two passes over them.</summary>
    private float EvaluateMany(ReadOnlySpan<float> outputs, int truth, float factor, Span<float> gradient)
    {
        float sum = SoftmaxKernel.Exponentials(outputs, gradient, out float offset, out float maximum);
        float logSum = MathF.Log(sum), share = labelSmoothing / outputs.Length;
        float loss = (1 - labelSmoothing) * (logSum - (outputs[truth] - maximum));
        if (labelSmoothing > 0)
            loss += labelSmoothing * (logSum - (offset / outputs.Length));

        TensorPrimitives.Multiply(gradient, factor / sum, gradient);
        if (labelSmoothing > 0)
            TensorPrimitives.Subtract(gradient, factor * share, gradient);
        gradient[truth] -= factor * (1 - labelSmoothing);
        return loss;
    }

    private float Share(int i, int truth, int classes) =>
        (classWeights is null ? 1 : classWeights[i]) * ((i == truth ? 1 - labelSmoothing : 0) + (labelSmoothing / classes));
}
