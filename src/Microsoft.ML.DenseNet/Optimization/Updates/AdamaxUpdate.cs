using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.Adamax; the state is the average of the gradient and the fading maximum of its magnitude.</summary>
internal struct AdamaxUpdate(double beta1, double beta2, double epsilon) : IUpdateRule
{
    private readonly float _beta1 = (float)beta1;
    private readonly float _beta2 = (float)beta2;
    private readonly float _oneMinusBeta1 = (float)(1 - beta1);
    private readonly float _epsilon = (float)epsilon;
    private float _rate;
    private float _penalty;

    public readonly int StateCount => 2;

    public readonly bool IsLazy => false;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        _rate = (float)(-learningRate / (1 - Math.Pow(beta1, step)));
        _penalty = (float)weightDecay;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>
    {
        gradient = TVector.MultiplyAdd(value, TVector.Create(_penalty), gradient);
        first = TVector.MultiplyAdd(first, TVector.Create(_beta1), gradient * TVector.Create(_oneMinusBeta1));
        TVector faded = second * TVector.Create(_beta2), magnitude = TVector.Abs(gradient) + TVector.Create(_epsilon);
        second = TVector.WhereLess(faded, magnitude, magnitude, faded);
        return TVector.MultiplyAdd(first / second, TVector.Create(_rate), value);
    }
}
