using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.Mish"/>.</summary>
internal readonly struct MishFunction<TVector> : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => x * TanhOfSoftplus(x, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y)
    {
        // t + x (1 − t²) σ(x), with t = tanh(ln(1 + eˣ)).
        var one = TVector.Create(1f);
        var t = TanhOfSoftplus(x, out var e);
        var sigmoid = TVector.WhereLess(x, default, e, one) / (one + e);
        return TVector.MultiplyAdd(x * sigmoid, TVector.MultiplyAdd(-t, t, one), t);
    }

    /// <summary>tanh(ln(1 + eˣ)), and <paramref name="e"/> = e^(−|x|).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector TanhOfSoftplus(TVector x, out TVector e)
    {
        // (w² + 2w) / (w² + 2w + 2) with w = eˣ, multiplied through by w⁻² where x ≥ 0, so that nothing overflows.
        var one = TVector.Create(1f);
        var two = TVector.Create(2f);
        e = VectorMath.ExpOfNegative(-TVector.Abs(x));
        var square = e * e;
        var numerator = TVector.WhereLess(x, default, TVector.MultiplyAdd(two, e, square), TVector.MultiplyAdd(two, e, one));
        return numerator / (numerator + TVector.WhereLess(x, default, two, two * square));
    }
}
