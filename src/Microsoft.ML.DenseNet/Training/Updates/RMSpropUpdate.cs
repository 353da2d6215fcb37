using System.Numerics;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.RMSprop; the state is the averages of the squared gradient and of the gradient, and the momentum buffer.</summary>
internal struct RMSpropUpdate(double alpha, double epsilon, double momentum, bool centered) : IUpdateRule
{
    private readonly bool _hasMomentum = momentum != 0;
    private readonly Vector<float> _alpha = new((float)alpha);
    private readonly Vector<float> _oneMinusAlpha = new((float)(1 - alpha));
    private readonly Vector<float> _epsilon = new((float)epsilon);
    private readonly Vector<float> _momentum = new((float)momentum);
    private Vector<float> _rate;
    private Vector<float> _penalty;

    public readonly int StateCount => _hasMomentum ? 3 : centered ? 2 : 1;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        _rate = new Vector<float>((float)-learningRate);
        _penalty = new Vector<float>((float)weightDecay);
    }

    public readonly Vector<float> Update(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        gradient = Vector.FusedMultiplyAdd(value, _penalty, gradient);
        first = Vector.FusedMultiplyAdd(first, _alpha, gradient * gradient * _oneMinusAlpha);
        var square = first;
        if (centered)
        {
            second = Vector.FusedMultiplyAdd(second, _alpha, gradient * _oneMinusAlpha);
            square = Vector.Max(first - second * second, Vector<float>.Zero); // rounding may bring it below 0
        }

        var change = gradient / (Vector.SquareRoot(square) + _epsilon);
        if (_hasMomentum)
            change = third = Vector.FusedMultiplyAdd(third, _momentum, change);
        return Vector.FusedMultiplyAdd(change, _rate, value);
    }
}
