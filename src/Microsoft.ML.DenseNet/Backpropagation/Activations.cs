using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>What flows between two steps, one row for each row of the batch, and the gradient of the loss by it.</summary>
/// <remarks>
/// A row is as wide as whole vectors, and a little wider, so that neighbouring rows do not compete for the same lines of the cache.
/// What stands behind <see cref="Width"/> has no meaning.
/// </remarks>
internal sealed unsafe class Activations(int width) : IDisposable
{
    private const int CacheLine = 16; // floats

    private float* _values;
    private float* _ownGradient;

    public int Width { get; } = width;

    /// <summary>From one row to the next, in floats.</summary>
    public int Stride { get; } = (((width + CacheLine - 1) / CacheLine) + (width > 2 * CacheLine ? 1 : 0)) * CacheLine;

    /// <summary>Whether something that is trained lies in front.</summary>
    public bool NeedsGradient { get; set; }

    /// <summary>How many steps read the values.</summary>
    public int Readers { get; set; }

    /// <summary>[rows, <see cref="Stride"/>].</summary>
    public float* Values => _values;

    /// <summary>As <see cref="Values"/>; null where no gradient is needed.</summary>
    public float* Gradient { get; private set; }

    /// <summary>Makes room for a number of rows.</summary>
    public void Allocate(int rows) => _values = Room(rows);

    /// <summary>Makes room for the gradient, too.</summary>
    public void AllocateGradient(int rows) => Gradient = _ownGradient = Room(rows);

    /// <summary>Lets the gradient stand where that of the step behind stands: it is computed from it in place.</summary>
    public void ShareGradient(Activations behind) => Gradient = behind.Gradient;

    public void Dispose()
    {
        NativeMemory.AlignedFree(_values);
        NativeMemory.AlignedFree(_ownGradient);
        _values = _ownGradient = null;
        Gradient = null;
    }

    private float* Room(int rows)
    {
        // Whole vectors may be written behind the last row's end.
        nuint bytes = checked((nuint)(((long)rows * Stride) + (4 * CacheLine)) * sizeof(float));
        void* room = NativeMemory.AlignedAlloc(bytes, CacheLine * sizeof(float));
        NativeMemory.Clear(room, bytes);
        return (float*)room;
    }
}
