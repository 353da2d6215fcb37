namespace Microsoft.ML.DenseNet;

/// <summary>x + y e^-x, whose minimum over x is the logarithm of the mean of y: the likelihood of the absolute error y of a Laplace distribution of scale e^x.</summary>
internal sealed class ScaleRowLoss : RowLoss
{
    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        float ratio = label * MathF.Exp(-outputs[0]);
        gradient[0] = factor * (1 - ratio);
        return outputs[0] + ratio;
    }
}
