using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.HardSigmoid"/>; as PyTorch does, (x + 3) clipped to [0, 6], divided by 6.</summary>
internal readonly struct HardSigmoidFunction<TVector> : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column)
    {
        var six = TVector.Create(6f);
        var y = x + TVector.Create(3f);
        y = TVector.WhereLess(y, default, default, y);
        return TVector.WhereLess(six, y, six, y) / six;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y) => TVector.WhereLess(TVector.Abs(x), TVector.Create(3f), TVector.Create(1f / 6f), default);
}
