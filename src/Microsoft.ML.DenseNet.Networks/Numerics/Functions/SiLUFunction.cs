using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.SiLU"/>.</summary>
internal readonly struct SiLUFunction<TVector> : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => x * VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y)
    {
        var sigmoid = VectorMath.Sigmoid(x);
        return TVector.MultiplyAdd(x * sigmoid, TVector.Create(1f) - sigmoid, sigmoid);
    }
}
