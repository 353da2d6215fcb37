using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.PReLU"/>.</summary>
internal readonly struct PReLUFunction<TVector>(float[] slopes) : IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column)
    {
        var slope = TVector.Load(in MemoryMarshal.GetArrayDataReference(slopes), column);
        return TVector.WhereLess(x, default, slope * x, x);
    }
}
