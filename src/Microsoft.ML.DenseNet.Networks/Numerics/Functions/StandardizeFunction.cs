using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="StandardizeLayer"/>: NaN becomes 0 after the multiplication, so that an infinite value of a constant feature does too.</summary>
internal readonly struct StandardizeFunction<TVector>(float[] mean, float[] scale) : IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>See <see cref="ElementwiseFunction.IsIdentity"/>.</summary>
    public bool IsIdentity(int column) => mean[column] == 0 && scale[column] == 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column)
    {
        var center = TVector.Load(in MemoryMarshal.GetArrayDataReference(mean), column);
        var z = TVector.NaNToZero((x - center) * TVector.Load(in MemoryMarshal.GetArrayDataReference(scale), column));
        var low = TVector.Create(-StandardizeLayer.Limit);
        var high = TVector.Create(StandardizeLayer.Limit);
        z = TVector.WhereLess(z, low, low, z);
        return TVector.WhereLess(high, z, high, z);
    }
}
