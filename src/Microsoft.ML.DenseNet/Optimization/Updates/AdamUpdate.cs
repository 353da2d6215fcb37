using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.Adam and AdamW; the state is the averages of the gradient and of its square, and the largest of the latter.</summary>
internal struct AdamUpdate(double beta1, double beta2, double epsilon, bool amsgrad, bool decoupled) : IUpdateRule
{
    private readonly float _beta1 = (float)beta1;
    private readonly float _beta2 = (float)beta2;
    private readonly float _oneMinusBeta1 = (float)(1 - beta1);
    private readonly float _oneMinusBeta2 = (float)(1 - beta2);
    private readonly float _epsilon = (float)epsilon;
    private float _penalty;
    private float _shrink;
    private float _rate;
    private float _rootCorrection;

    public readonly int StateCount => amsgrad ? 3 : 2;

    public readonly bool IsLazy => false;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        _penalty = decoupled ? 0 : (float)weightDecay;
        _shrink = decoupled ? (float)(1 - (learningRate * weightDecay)) : 1;
        _rate = (float)(-learningRate / (1 - Math.Pow(beta1, step)));
        _rootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>
    {
        gradient = TVector.MultiplyAdd(value, TVector.Create(_penalty), gradient);
        value *= TVector.Create(_shrink);
        first = TVector.MultiplyAdd(first, TVector.Create(_beta1), gradient * TVector.Create(_oneMinusBeta1));
        second = TVector.MultiplyAdd(second, TVector.Create(_beta2), gradient * gradient * TVector.Create(_oneMinusBeta2));
        var square = second;
        if (amsgrad)
            square = third = TVector.WhereLess(third, second, second, third);
        var denominator = TVector.MultiplyAdd(TVector.SquareRoot(square), TVector.Create(_rootCorrection), TVector.Create(_epsilon));
        return TVector.MultiplyAdd(first / denominator, TVector.Create(_rate), value);
    }
}
