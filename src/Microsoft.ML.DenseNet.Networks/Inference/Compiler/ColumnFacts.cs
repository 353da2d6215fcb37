namespace Microsoft.ML.DenseNet;

/// <summary>What an input scaling tells about its output before any row is seen: every value is finite, and some are always 0.</summary>
/// <param name="isZero">For each column, whether it is 0 in every row.</param>
/// <param name="isUnscaled">For each column, whether the trainer left it as it was, as it does with one-hot blocks that it embeds.</param>
internal sealed class ColumnFacts(bool[] isZero, bool[] isUnscaled)
{
    /// <summary>The facts about <c>(x − center) · scale</c>, with NaN replaced by 0 and large values clipped.</summary>
    public static ColumnFacts OfScaling(ReadOnlySpan<float> center, ReadOnlySpan<float> scale)
    {
        bool[] isZero = new bool[scale.Length], isUnscaled = new bool[scale.Length];
        for (int i = 0; i < isZero.Length; i++)
        {
            isZero[i] = scale[i] == 0;
            isUnscaled[i] = center[i] == 0 && scale[i] == 1;
        }

        return new ColumnFacts(isZero, isUnscaled);
    }

    /// <summary>Whether a column is 0 in every row.</summary>
    public bool IsZero(int column) => isZero[column];

    /// <summary>Whether all of these columns look like a one-hot block, most of whose values are 0.</summary>
    public bool LookOneHot(int start, int count) => !isUnscaled.AsSpan(start, count).Contains(false);
}
