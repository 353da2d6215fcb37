namespace Microsoft.ML.DenseNet;

/// <summary>The gradient of a [rows, width] matrix among the parameters, of which a batch touched some rows: those rows alone.</summary>
/// <param name="offset">Where the matrix begins among the parameters.</param>
/// <param name="count">The values of the whole matrix.</param>
/// <param name="width">The values of a row.</param>
internal sealed unsafe class RowGradient(int offset, int count, int width)
{
    private float[] _values = [];
    private int[] _rows = [];
    private int _touched;

    public int Offset => offset;

    public int Count => count;

    public int Width => width;

    /// <summary>The rows that were touched, ascending.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _touched);

    /// <summary>Their gradients, one behind the other.</summary>
    public Span<float> Values => _values.AsSpan(0, _touched * width);

    /// <summary>As <see cref="Values"/>; valid until <see cref="Begin"/>.</summary>
    public float* Pointer => (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_values));

    /// <summary>Makes room for the gradient of some rows; what stands there has no meaning.</summary>
    /// <param name="rows">The rows, in an array that stays as it is while the gradient is used.</param>
    /// <param name="touched">How many of them there are.</param>
    public void Begin(int[] rows, int touched)
    {
        _rows = rows;
        _touched = touched;
        int needed = checked(touched * width);
        if (_values.Length < needed)
            _values = GC.AllocateUninitializedArray<float>((int)Math.Min(count, needed + (needed / 4L)), pinned: true);
    }
}
