using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary><c>(x − center) · scale + shift</c>, unit by unit: batch normalization and target scaling that no Linear absorbs.</summary>
internal readonly struct AffineFunction<TVector>(float[] center, float[] scale, float[] shift) : IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column)
    {
        var centered = x - TVector.Load(in MemoryMarshal.GetArrayDataReference(center), column);
        return TVector.MultiplyAdd(
            centered, TVector.Load(in MemoryMarshal.GetArrayDataReference(scale), column), TVector.Load(in MemoryMarshal.GetArrayDataReference(shift), column));
    }
}
