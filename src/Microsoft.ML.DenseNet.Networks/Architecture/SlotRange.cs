namespace Microsoft.ML.DenseNet;

/// <summary>A range of adjacent slots of a vector.</summary>
/// <param name="Start">The first slot, from 0.</param>
/// <param name="Count">The number of slots; at least 1.</param>
public readonly record struct SlotRange(int Start, int Count)
{
    /// <summary>The slot after the last.</summary>
    public int End => Start + Count;

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Start}..{(long)Start + Count}");
}
