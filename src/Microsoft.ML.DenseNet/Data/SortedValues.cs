namespace Microsoft.ML.DenseNet;

/// <summary>Ascending values, a number of zeros among them that are not written out.</summary>
internal readonly ref struct SortedValues
{
    private readonly int _negative;

    /// <param name="stored">Ascending.</param>
    /// <param name="zeros">How many zeros there are besides.</param>
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
