using System.Numerics;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.SGD without dampening; the state is the momentum buffer.</summary>
internal struct SgdUpdate(double momentum, bool nesterov) : IUpdateRule
{
    private readonly bool _hasMomentum = momentum != 0;
    private readonly Vector<float> _momentum = new((float)momentum);
    private Vector<float> _rate;
    private Vector<float> _decay;

    public readonly int StateCount => _hasMomentum ? 1 : 0;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        _rate = new Vector<float>((float)-learningRate);
        _decay = new Vector<float>((float)weightDecay);
    }

    public readonly Vector<float> Update(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        gradient = Vector.FusedMultiplyAdd(value, _decay, gradient);
        if (_hasMomentum)
        {
            // The buffer starts at 0, which gives torch's first step: the gradient itself.
            first = Vector.FusedMultiplyAdd(first, _momentum, gradient);
            gradient = nesterov ? Vector.FusedMultiplyAdd(first, _momentum, gradient) : first;
        }

        return Vector.FusedMultiplyAdd(gradient, _rate, value);
    }
}
