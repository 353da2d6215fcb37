using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.RMSprop; the state is the averages of the squared gradient and of the gradient, and the momentum buffer.</summary>
internal struct RMSpropUpdate(double alpha, double epsilon, double momentum, bool centered) : IUpdateRule
{
    private readonly bool _hasMomentum = momentum != 0;
    private readonly float _alpha = (float)alpha;
    private readonly float _oneMinusAlpha = (float)(1 - alpha);
    private readonly float _epsilon = (float)epsilon;
    private readonly float _momentum = (float)momentum;
    private float _rate;
    private float _penalty;

    public readonly int StateCount => _hasMomentum ? 3 : centered ? 2 : 1;

    public readonly bool IsLazy => false;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        _rate = (float)-learningRate;
        _penalty = (float)weightDecay;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>
    {
        gradient = TVector.MultiplyAdd(value, TVector.Create(_penalty), gradient);
        first = TVector.MultiplyAdd(first, TVector.Create(_alpha), gradient * gradient * TVector.Create(_oneMinusAlpha));
        var square = first;
        if (centered)
        {
            second = TVector.MultiplyAdd(second, TVector.Create(_alpha), gradient * TVector.Create(_oneMinusAlpha));
            square = first - (second * second);
            square = TVector.WhereLess(square, default, default, square); // rounding may make it negative
        }

        var change = gradient / (TVector.SquareRoot(square) + TVector.Create(_epsilon));
        if (_hasMomentum)
            change = third = TVector.MultiplyAdd(third, TVector.Create(_momentum), change);
        return TVector.MultiplyAdd(change, TVector.Create(_rate), value);
    }
}
