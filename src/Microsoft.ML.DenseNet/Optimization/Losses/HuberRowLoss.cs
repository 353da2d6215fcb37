namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.Huber"/>.</summary>
internal sealed class HuberRowLoss(float delta) : RowLoss
{
    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        float difference = outputs[0] - label;
        float size = MathF.Abs(difference);
        if (size < delta)
        {
            gradient[0] = factor * difference;
            return 0.5f * difference * difference;
        }

        gradient[0] = difference > 0 ? factor * delta : difference < 0 ? -factor * delta : 0;
        return delta * (size - (0.5f * delta));
    }
}
