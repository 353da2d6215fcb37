namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.Poisson"/>.</summary>
internal sealed class PoissonRowLoss : RowLoss
{
    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        float prediction = MathF.Exp(outputs[0]);
        gradient[0] = factor * (prediction - label);
        return prediction - (label * outputs[0]);
    }
}
