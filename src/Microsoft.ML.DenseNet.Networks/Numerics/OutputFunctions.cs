using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>From a network's outputs to probabilities.</summary>
internal static class OutputFunctions
{
    public static float Sigmoid(float logit) => 1f / (1f + MathF.Exp(-logit));

    /// <summary>e^x over the sum of all e^x; the largest logit is taken off first, so that nothing overflows.</summary>
    public static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), probabilities);
        TensorPrimitives.Exp(probabilities, probabilities);
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum(probabilities), probabilities);
    }
}
