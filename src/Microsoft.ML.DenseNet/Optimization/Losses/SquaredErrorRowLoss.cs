namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.MeanSquaredError"/>.</summary>
internal sealed class SquaredErrorRowLoss : RowLoss
{
    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        float difference = outputs[0] - label;
        gradient[0] = factor * 2 * difference;
        return difference * difference;
    }
}
