using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.HardSwish"/>.</summary>
internal readonly struct HardSwishFunction<TVector> : IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => x * default(HardSigmoidFunction<TVector>).Invoke(x, column);
}
