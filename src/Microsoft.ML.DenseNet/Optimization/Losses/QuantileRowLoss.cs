namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.Quantile"/>. Where prediction and label agree, the gradient is the mean of those on either side.</summary>
internal sealed class QuantileRowLoss(double quantile) : RowLoss
{
    private readonly float _below = (float)quantile;
    private readonly float _above = (float)(1 - quantile);

    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        float missing = label - outputs[0];
        gradient[0] = factor * (missing > 0 ? -_below : missing < 0 ? _above : (_above - _below) / 2);
        return missing > 0 ? _below * missing : _above * -missing;
    }
}
