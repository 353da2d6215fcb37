namespace Microsoft.ML.DenseNet;

/// <summary>Random numbers tied to rows: for the same seed and row number they are the same in every pass, whoever reads the row.</summary>
/// <param name="seed">Determines all of them.</param>
internal readonly struct RowDraw(int seed)
{
    private readonly ulong _start = Mix((uint)seed);

    /// <summary>Returns a row's number, uniformly distributed.</summary>
    public ulong this[long row] => Mix(_start + ((ulong)row * 0x9E3779B97F4A7C15));

    /// <summary>The same, scaled to [0, 1).</summary>
    public double Share(long row) => (this[row] >> 11) * (1.0 / (1UL << 53));

    // SplitMix64's finalizer (Steele et al. 2014).
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
