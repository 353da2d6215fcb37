using System.Collections;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Takes numbers for equal that differ by the rounding of single precision, as sums in another order do.</summary>
internal sealed class SingleRounding : IComparer
{
    private const float Tolerance = 1e-5f;

    public static readonly SingleRounding Comparer = new();

    public int Compare(object? x, object? y)
    {
        float left = (float)x!, right = (float)y!;
        return Math.Abs(left - right) <= Tolerance * Math.Max(1, Math.Abs(left)) ? 0 : left.CompareTo(right);
    }
}
