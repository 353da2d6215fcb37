using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.ELU"/>; with a factor on both branches, it is also <see cref="Layer.SELU"/>.</summary>
internal readonly struct ELUFunction<TVector>(float alpha, float scale) : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>See <see cref="Layer.SELU"/>; the constants of Klambauer et al. 2017.</summary>
    public static ELUFunction<TVector> SELU => new(1.6732632423543772f, 1.0507009873554805f);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column)
    {
        var positive = TVector.Create(scale) * x;
        var negative = TVector.Create(scale * alpha) * VectorMath.ExpMinusOne(TVector.WhereLess(x, default, x, default));
        return TVector.WhereLess(x, default, negative, positive);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y) => TVector.WhereLess(default, x, TVector.Create(scale), y + TVector.Create(scale * alpha));
}
