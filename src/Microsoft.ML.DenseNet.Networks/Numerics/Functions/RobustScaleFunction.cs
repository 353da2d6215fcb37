using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="RobustScaleLayer"/>.</summary>
internal readonly struct RobustScaleFunction<TVector>(float[] center, float[] scale) : IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    private readonly StandardizeFunction<TVector> _standardize = new(center, scale);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column)
    {
        var z = _standardize.Invoke(x, column);
        var third = z * TVector.Create(1f / RobustScaleLayer.Bound);
        return z / TVector.SquareRoot(TVector.MultiplyAdd(third, third, TVector.Create(1f)));
    }
}
