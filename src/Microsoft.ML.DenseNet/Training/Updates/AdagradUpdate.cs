using System.Numerics;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.Adagrad; the state is the sum of squared gradients.</summary>
internal struct AdagradUpdate(double learningRateDecay, double epsilon) : IUpdateRule
{
    private readonly Vector<float> _epsilon = new((float)epsilon);
    private Vector<float> _rate;
    private Vector<float> _penalty;

    public readonly int StateCount => 1;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        _rate = new Vector<float>((float)(-learningRate / (1 + (step - 1) * learningRateDecay)));
        _penalty = new Vector<float>((float)weightDecay);
    }

    public readonly Vector<float> Update(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        gradient = Vector.FusedMultiplyAdd(value, _penalty, gradient);
        first = Vector.FusedMultiplyAdd(gradient, gradient, first);
        return Vector.FusedMultiplyAdd(gradient / (Vector.SquareRoot(first) + _epsilon), _rate, value);
    }
}
