namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.CrossEntropy"/>.</summary>
internal sealed class CrossEntropyRowLoss(float labelSmoothing, float[]? classWeights) : RowLoss
{
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

    private float Share(int i, int truth, int classes) =>
        (classWeights is null ? 1 : classWeights[i]) * ((i == truth ? 1 - labelSmoothing : 0) + (labelSmoothing / classes));
}
