using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.LeakyReLU"/>.</summary>
internal readonly struct LeakyReLUFunction<TVector>(float negativeSlope) : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => TVector.WhereLess(x, default, TVector.Create(negativeSlope) * x, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y) => TVector.WhereLess(default, x, TVector.Create(1f), TVector.Create(negativeSlope));
}
