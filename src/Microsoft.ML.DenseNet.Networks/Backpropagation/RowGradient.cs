namespace Microsoft.ML.DenseNet;

/// <summary>The gradient of a [rows, width] parameter matrix of which a batch touched only some rows: holds only those rows.</summary>
/// <param name="offset">Where the matrix begins among the parameters.</param>
/// <param name="count">The number of values in the whole matrix.</param>
/// <param name="width">The number of values in a row.</param>
internal sealed unsafe class RowGradient(int offset, int count, int width)
{
    private float[] _values = [];
    private int[] _rows = [];
    private int _touched;

    public int Offset => offset;

    public int Count => count;

    public int Width => width;

    /// <summary>The touched rows, ascending.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, _touched);

    /// <summary>Their gradients, one after the other.</summary>
    public Span<float> Values => _values.AsSpan(0, _touched * width);

    /// <summary>A pointer to <see cref="Values"/>; valid until <see cref="Begin"/>.</summary>
    public float* Pointer => (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_values));

    /// <summary>Makes room for the gradient of some rows; its contents are undefined.</summary>
    /// <param name="rows">The rows, in an array that must not change while the gradient is used.</param>
    /// <param name="touched">The number of rows.</param>
    public void Begin(int[] rows, int touched)
    {
        _rows = rows;
        _touched = touched;
        int needed = checked(touched * width);
        if (_values.Length < needed)
            _values = GC.AllocateUninitializedArray<float>((int)Math.Min(count, needed + (needed / 4L)), pinned: true);
    }
}
