using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// torch.optim.SparseAdam: Adam without weight decay, with epsilon added before the averages are bias-corrected. A value without a
/// gradient keeps its averages, which Adam lets decay.
/// </summary>
internal struct SparseAdamUpdate(double beta1, double beta2, double epsilon) : IUpdateRule
{
    private readonly float _beta1 = (float)beta1;
    private readonly float _beta2 = (float)beta2;
    private readonly float _oneMinusBeta1 = (float)(1 - beta1);
    private readonly float _oneMinusBeta2 = (float)(1 - beta2);
    private readonly float _epsilon = (float)epsilon;
    private float _rate;

    public readonly int StateCount => 2;

    public readonly bool IsLazy => true;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        _rate = (float)(-learningRate * Math.Sqrt(1 - Math.Pow(beta2, step)) / (1 - Math.Pow(beta1, step)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>
    {
        first = TVector.MultiplyAdd(first, TVector.Create(_beta1), gradient * TVector.Create(_oneMinusBeta1));
        second = TVector.MultiplyAdd(second, TVector.Create(_beta2), gradient * gradient * TVector.Create(_oneMinusBeta2));
        return TVector.MultiplyAdd(first / (TVector.SquareRoot(second) + TVector.Create(_epsilon)), TVector.Create(_rate), value);
    }
}
