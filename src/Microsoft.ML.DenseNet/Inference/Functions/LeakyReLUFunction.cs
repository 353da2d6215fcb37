using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.LeakyReLU"/>.</summary>
internal readonly struct LeakyReLUFunction<TVector>(float negativeSlope) : IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => TVector.WhereLess(x, default, TVector.Create(negativeSlope) * x, x);
}
