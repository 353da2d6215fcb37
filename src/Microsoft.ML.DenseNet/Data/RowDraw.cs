namespace Microsoft.ML.DenseNet;

/// <summary>Random numbers that belong to rows: the same for a seed and a row's number in every pass, whoever reads it.</summary>
/// <param name="seed">Decides all of them.</param>
internal readonly struct RowDraw(int seed)
{
    private readonly ulong _start = Mix((uint)seed);

    /// <summary>A number for a row, any equally likely.</summary>
    public ulong this[long row] => Mix(_start + ((ulong)row * 0x9E3779B97F4A7C15));

    /// <summary>The same from 0 to below 1.</summary>
    public double Share(long row) => (this[row] >> 11) * (1.0 / (1UL << 53));

    // SplitMix64's finalizer (Steele et al. 2014).
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
