namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="Losses.KullbackLeiblerDivergence"/>: cross-entropy less the entropy of the smoothed label, on which no gradient
/// depends. A single output is the logit of the second of two classes.
/// </summary>
internal sealed class KullbackLeiblerRowLoss(double labelSmoothing) : RowLoss
{
    private readonly BinaryCrossEntropyRowLoss _ofTwoClasses = new(1, (float)labelSmoothing);
    private readonly CrossEntropyRowLoss _ofClasses = new((float)labelSmoothing, null);

    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        RowLoss crossEntropy = outputs.Length == 1 ? _ofTwoClasses : _ofClasses;
        return (float)(crossEntropy.Evaluate(outputs, label, factor, gradient) - Entropy(Math.Max(outputs.Length, 2)));
    }

    private double Entropy(int classes)
    {
        double rest = labelSmoothing / classes, truth = 1 - labelSmoothing + rest;
        return -(truth * Math.Log(truth)) - (rest > 0 ? (classes - 1) * rest * Math.Log(rest) : 0);
    }
}
