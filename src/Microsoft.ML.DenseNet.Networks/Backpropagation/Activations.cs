using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>The values passed between two steps, one row per row of the batch, and the gradient of the loss with respect to them.</summary>
/// <remarks>
/// A row is padded to whole vectors, and a little more, so that neighboring rows do not compete for the same cache lines. Values beyond
/// <see cref="Width"/> have no meaning.
/// </remarks>
/// <param name="width">The number of values in a row.</param>
/// <param name="hasMembers">
/// Whether they may be the members of an ensemble side by side: rows that fill whole cache lines are then not padded, so that the members
/// of all rows lie at equal distances.
/// </param>
internal sealed unsafe class Activations(int width, bool hasMembers = false) : IDisposable
{
    private const int CacheLine = 16; // floats

    private float* _values;
    private float* _ownGradient;

    public int Width { get; } = width;

    /// <summary>The distance from one row to the next, in floats.</summary>
    public int Stride { get; } = (((width + CacheLine - 1) / CacheLine) + (width > 2 * CacheLine && !(hasMembers && width % CacheLine == 0) ? 1 : 0)) * CacheLine;

    /// <summary>Whether the values depend on anything that is trained.</summary>
    public bool NeedsGradient { get; set; }

    /// <summary>How many steps read the values.</summary>
    public int Readers { get; set; }

    /// <summary>[rows, <see cref="Stride"/>].</summary>
    public float* Values => _values;

    /// <summary>Laid out as <see cref="Values"/>; null if no gradient is needed.</summary>
    public float* Gradient { get; private set; }

    /// <summary>Allocates values for this many rows.</summary>
    public void Allocate(int rows) => _values = Room(rows);

    /// <summary>Allocates the gradient as well.</summary>
    public void AllocateGradient(int rows) => Gradient = _ownGradient = Room(rows);

    /// <summary>Stores the gradient where the next step's gradient is stored: it is computed from it in place.</summary>
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
        // Whole vectors may be written past the end of the last row.
        nuint bytes = checked((nuint)(((long)rows * Stride) + (4 * CacheLine)) * sizeof(float));
        void* room = NativeMemory.AlignedAlloc(bytes, CacheLine * sizeof(float));
        NativeMemory.Clear(room, bytes);
        return (float*)room;
    }
}
