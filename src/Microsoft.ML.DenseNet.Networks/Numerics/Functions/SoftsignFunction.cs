using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.Softsign"/>.</summary>
internal readonly struct SoftsignFunction<TVector> : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => x / (TVector.Create(1f) + TVector.Abs(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y)
    {
        var divisor = TVector.Create(1f) + TVector.Abs(x);
        return TVector.Create(1f) / (divisor * divisor);
    }
}
