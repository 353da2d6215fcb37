using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.HardSwish"/>.</summary>
internal readonly struct HardSwishFunction<TVector> : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column) => x * default(HardSigmoidFunction<TVector>).Invoke(x, column);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y)
    {
        var three = TVector.Create(3f);
        var inside = TVector.MultiplyAdd(x, TVector.Create(1f / 3f), TVector.Create(0.5f));
        return TVector.WhereLess(x, -three, default, TVector.WhereLess(three, x, TVector.Create(1f), inside));
    }
}
