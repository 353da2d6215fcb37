using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Numbers that start at a cache line, so that no vector of them straddles two.</summary>
internal readonly struct AlignedArray
{
    private const int CacheLine = 64;

    private readonly float[] _values;
    private readonly int _start;

    /// <summary>Allocates <paramref name="length"/> zeros.</summary>
    public unsafe AlignedArray(int length)
    {
        // Pinned; otherwise the garbage collector could move it off the line.
        _values = GC.AllocateArray<float>(checked(length + (CacheLine / sizeof(float))), pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_values));
        _start = (int)((CacheLine - (address % CacheLine)) % CacheLine) / sizeof(float);
        Length = length;
    }

    public int Length { get; }

    public Span<float> Span => _values.AsSpan(_start, Length);

    /// <summary>The first number.</summary>
    public ref float Reference => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_values), _start);
}
