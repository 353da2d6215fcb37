namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.MeanAbsoluteError"/>. Where prediction and label agree, the gradient is 0.</summary>
internal sealed class AbsoluteErrorRowLoss : RowLoss
{
    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        float difference = outputs[0] - label;
        gradient[0] = difference > 0 ? factor : difference < 0 ? -factor : 0;
        return MathF.Abs(difference);
    }
}
