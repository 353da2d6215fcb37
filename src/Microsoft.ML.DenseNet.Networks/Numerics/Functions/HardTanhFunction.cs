using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.HardTanh"/>.</summary>
internal readonly struct HardTanhFunction<TVector>(float minimum, float maximum) : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column)
    {
        var low = TVector.Create(minimum);
        var high = TVector.Create(maximum);
        x = TVector.WhereLess(x, low, low, x);
        return TVector.WhereLess(high, x, high, x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y) => TVector.WhereLess(x, TVector.Create(minimum), default, TVector.WhereLess(TVector.Create(maximum), x, default, TVector.Create(1f)));
}
