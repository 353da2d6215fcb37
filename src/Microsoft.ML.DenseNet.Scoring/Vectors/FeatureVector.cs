using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Checks feature vectors once, where they enter: their length, and the indices of sparse ones. Later code uses both to address
/// memory without checks. ML.NET itself checks neither.
/// </summary>
internal static class FeatureVector
{
    /// <summary>Returns what is wrong with a vector; null if nothing is.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="width">The required length.</param>
    public static RowFault? FindFault<T>(in VBuffer<T> vector, int width)
    {
        if (vector.Length != width)
            return new RowFault($"holds a vector of {vector.Length}, where its type says {width},", "Run all rows through the same fitted transforms.");
        return vector.IsDense || SparseIndices.AreInOrder(vector.GetIndices(), width) ? null : DescribeIndices(vector.GetIndices(), width);
    }

    /// <summary>Returns what is wrong with the first bad index.</summary>
    private static RowFault DescribeIndices(ReadOnlySpan<int> indices, int width)
    {
        var (bad, previous) = SparseIndices.FirstFault(indices, width);
        string order = bad < 0 || bad >= width ? "" : bad == previous ? " twice" : $" after index {previous}";
        return new RowFault(
            $"has index {bad}{order} in a sparse vector of length {width}",
            $"The indices of a sparse vector must ascend, each once, from 0 to at most {width - 1}: correct the transform or loader that makes the column.");
    }
}
