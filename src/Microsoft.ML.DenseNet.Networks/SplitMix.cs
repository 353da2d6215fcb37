namespace Microsoft.ML.DenseNet;

/// <summary>The numbers of SplitMix64, which makes a hash of a counter (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).</summary>
internal static class SplitMix
{
    /// <summary>What the counter grows by: the golden ratio's digits.</summary>
    public const ulong Golden = 0x9E3779B97F4A7C15;

    /// <summary>The factors of <see cref="Mix"/>, odd numbers without a pattern.</summary>
    public const ulong First = 0xBF58476D1CE4E5B9, Second = 0x94D049BB133111EB;

    /// <summary>The last step: each bit of the result depends on all bits of <paramref name="value"/>.</summary>
    public static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * First;
        value = (value ^ (value >> 27)) * Second;
        return value ^ (value >> 31);
    }
}
