namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.SmoothL1"/>.</summary>
internal sealed class SmoothL1RowLoss(float beta) : RowLoss
{
    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        float difference = outputs[0] - label;
        float size = MathF.Abs(difference);
        if (size < beta)
        {
            gradient[0] = factor * difference / beta;
            return 0.5f * difference * difference / beta;
        }

        gradient[0] = difference > 0 ? factor : difference < 0 ? -factor : 0;
        return size - (0.5f * beta);
    }
}
