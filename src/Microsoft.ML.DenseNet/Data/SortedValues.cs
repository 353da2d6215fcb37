namespace Microsoft.ML.DenseNet;

/// <summary>Ascending values, including zeros that are only counted, not stored.</summary>
internal readonly ref struct SortedValues
{
    private readonly int _negative;

    /// <param name="stored">The stored values, ascending.</param>
    /// <param name="zeros">The number of zeros in addition to these.</param>
    public SortedValues(ReadOnlySpan<float> stored, int zeros = 0)
    {
        Stored = stored;
        Zeros = zeros;
        while (zeros > 0 && _negative < stored.Length && stored[_negative] < 0)
            _negative++;
    }

    public ReadOnlySpan<float> Stored { get; }

    public int Zeros { get; }

    public int Length => Stored.Length + Zeros;

    public float this[int index] =>
        index < _negative ? Stored[index] :
        index < _negative + Zeros ? 0 :
        Stored[index - Zeros];
}
