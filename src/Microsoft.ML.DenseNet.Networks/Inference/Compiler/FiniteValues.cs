using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>Tells whether weights are finite. Infinity times 0 is NaN, so only then may a product with 0 be left out.</summary>
internal static class FiniteValues
{
    public static bool AreAll(ReadOnlySpan<float> values) => values.IsEmpty || TensorPrimitives.IsFiniteAll(values);
}
