using System.Numerics;

namespace Microsoft.ML.DenseNet;

/// <summary>Checks the indices of sparse rows, which address memory without further checks.</summary>
internal static class SparseIndices
{
    /// <summary>Whether indices ascend without repeats and lie from 0 to <paramref name="width"/> − 1.</summary>
    public static bool AreInOrder(ReadOnlySpan<int> indices, int width)
    {
        if (indices.Length == 0)
            return true;
        if (indices[0] < 0 || indices[^1] >= width)
            return false;
        int i = 1;
        for (; i + Vector<int>.Count <= indices.Length; i += Vector<int>.Count)
        {
            if (!Vector.LessThanAll(new Vector<int>(indices[(i - 1)..]), new Vector<int>(indices[i..])))
                return false;
        }

        for (; i < indices.Length; i++)
        {
            if (indices[i - 1] >= indices[i])
                return false;
        }

        return true;
    }

    /// <summary>The first index that is out of order or range, and the one before it (−1 for none), of indices that are not in order.</summary>
    public static (int Bad, int Previous) FirstFault(ReadOnlySpan<int> indices, int width)
    {
        int i = 0, previous = -1;
        for (; indices[i] > previous && indices[i] < width; i++)
            previous = indices[i];
        return (indices[i], previous);
    }
}
