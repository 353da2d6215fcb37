using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.GELU"/>.</summary>
internal readonly struct GELUFunction<TVector> : IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => x * VectorMath.NormalDistribution(x);
}
