using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.ELU"/>; with a scale in front of both branches it is also <see cref="Layer.SELU"/>.</summary>
internal readonly struct ELUFunction<TVector>(float alpha, float scale) : IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column)
    {
        var positive = TVector.Create(scale) * x;
        var negative = TVector.Create(scale * alpha) * VectorMath.ExpMinusOne(TVector.WhereLess(x, default, x, default));
        return TVector.WhereLess(x, default, negative, positive);
    }
}
