using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.Softplus"/>.</summary>
internal readonly struct SoftplusFunction<TVector>(float beta, float threshold) : IDifferentiable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Invoke(TVector x, nuint column)
    {
        var scale = TVector.Create(beta);
        var z = scale * x;
        var soft = TVector.WhereLess(z, default, default, z) + VectorMath.LogOnePlus(VectorMath.ExpOfNegative(-TVector.Abs(z)));
        return TVector.WhereLess(TVector.Create(threshold), z, x, soft / scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative(TVector x, TVector y)
    {
        var z = TVector.Create(beta) * x;
        return TVector.WhereLess(TVector.Create(threshold), z, TVector.Create(1f), VectorMath.Sigmoid(z));
    }
}
