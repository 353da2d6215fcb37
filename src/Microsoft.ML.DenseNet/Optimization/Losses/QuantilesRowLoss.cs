namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.Quantiles"/>: the mean pinball loss of quantiles that an <see cref="AscendingLayer"/> makes of the outputs.</summary>
internal sealed class QuantilesRowLoss(double[] quantiles, int middle) : RowLoss
{
    private readonly QuantileRowLoss[] _losses = [.. quantiles.Select(quantile => new QuantileRowLoss(quantile))];

    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        int count = _losses.Length;
        Span<float> values = stackalloc float[count];
        AscendingLayer.Apply(outputs, middle, values);
        float loss = 0, above = 0, below = 0;
        for (int i = 0; i < count; i++)
            loss += _losses[i].Evaluate(values.Slice(i, 1), label, factor / count, gradient.Slice(i, 1));

        // An output moves all quantiles from its own to the end on its side; the middle one moves all of them.
        for (int i = count - 1; i > middle; i--)
        {
            above += gradient[i];
            gradient[i] = above * Slope(outputs[i]);
        }

        for (int i = 0; i < middle; i++)
        {
            below += gradient[i];
            gradient[i] = -below * Slope(outputs[i]);
        }

        gradient[middle] += above + below;
        return loss / count;
    }

    /// <summary>The derivative of softplus: the logistic function.</summary>
    private static float Slope(float x) => 1 / (1 + MathF.Exp(-x));
}
