using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.Tanh"/>.</summary>
internal readonly struct TanhFunction<TVector> : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => VectorMath.Tanh(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y) => TVector.MultiplyAdd(-y, y, TVector.Create(1f));
}
