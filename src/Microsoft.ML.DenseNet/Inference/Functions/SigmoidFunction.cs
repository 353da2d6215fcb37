using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.Sigmoid"/>.</summary>
internal readonly struct SigmoidFunction<TVector> : IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => VectorMath.Sigmoid(x);
}
