namespace Microsoft.ML.DenseNet;

/// <summary>Random numbers tied to rows: for the same seed and row number they are the same in every pass, whoever reads the row.</summary>
/// <param name="seed">Determines all of them.</param>
internal readonly struct RowDraw(int seed)
{
    private readonly ulong _start = SplitMix.Mix((uint)seed);

    /// <summary>Returns a row's number, uniformly distributed.</summary>
    public ulong this[long row] => SplitMix.Mix(_start + ((ulong)row * SplitMix.Golden));

    /// <summary>The same, scaled to [0, 1).</summary>
    public double Share(long row) => (this[row] >> 11) * (1.0 / (1UL << 53));
}
