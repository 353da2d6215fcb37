namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.BinaryCrossEntropy"/>.</summary>
internal sealed class BinaryCrossEntropyRowLoss(float positiveWeight, float labelSmoothing) : RowLoss
{
    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        // (1 − t) x + w ln(1 + e⁻ˣ), w = 1 + (p − 1) t, without overflow.
        float x = outputs[0];
        float target = ((1 - labelSmoothing) * label) + (labelSmoothing / 2);
        float weight = 1 + ((positiveWeight - 1) * target);
        float e = MathF.Exp(-MathF.Abs(x));
        float complement = (x < 0 ? 1 : e) / (1 + e); // 1 − σ(x)
        gradient[0] = factor * (1 - target - (weight * complement));
        return ((1 - target) * x) + (weight * (Log1P(e) + MathF.Max(-x, 0)));
    }

    /// <summary>ln(1 + e) for e from 0 to 1.</summary>
    private static float Log1P(float e) => e < 1e-4f ? e - (e * e / 2) : MathF.Log(1 + e);
}
