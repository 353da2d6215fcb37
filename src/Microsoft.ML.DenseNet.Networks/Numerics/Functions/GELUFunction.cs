using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.GELU"/>.</summary>
internal readonly struct GELUFunction<TVector> : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => x * VectorMath.NormalDistribution(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y)
    {
        // Φ(x) + x φ(x), with the density φ(x) = e^(−x²/2) / √(2π).
        var density = TVector.Create(0.39894228f) * VectorMath.ExpOfNegative(TVector.Create(-0.5f) * x * x);
        return TVector.MultiplyAdd(x, density, VectorMath.NormalDistribution(x));
    }
}
