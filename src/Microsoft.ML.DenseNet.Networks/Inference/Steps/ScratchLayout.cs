namespace Microsoft.ML.DenseNet;

/// <summary>The scratch buffers of a program: buffer after buffer, each with the same number of rows.</summary>
internal sealed class ScratchLayout
{
    /// <summary>
    /// Columns at the end of each row into which a step may spill: it writes whole vectors, and a slice of the buffer may start anywhere.
    /// It also keeps rows whose width is a power of two from competing for the same cache sets.
    /// </summary>
    private const int Spill = SimdLanes.Most;

    private readonly int[] _offsets;
    private readonly int[] _strides;

    public ScratchLayout(IReadOnlyList<int> widths)
    {
        _offsets = new int[widths.Count];
        _strides = new int[widths.Count];
        for (int i = 0; i < widths.Count; i++)
        {
            _offsets[i] = FloatsPerRow;
            _strides[i] = checked(((widths[i] + Spill - 1) / Spill * Spill) + Spill);
            FloatsPerRow = checked(FloatsPerRow + _strides[i]);
        }
    }

    /// <summary>The size of all buffers for one row.</summary>
    public int FloatsPerRow { get; }

    /// <summary>Where a buffer starts if each has one row.</summary>
    public int Offset(int buffer) => _offsets[buffer];

    /// <summary>The distance from one row of a buffer to the next.</summary>
    public int Stride(int buffer) => _strides[buffer];
}
