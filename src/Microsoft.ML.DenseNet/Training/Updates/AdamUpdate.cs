using System.Numerics;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.Adam and AdamW; the state is the averages of the gradient and of its square, and the largest of the latter.</summary>
internal struct AdamUpdate(double beta1, double beta2, double epsilon, bool amsgrad, bool decoupled) : IUpdateRule
{
    private readonly Vector<float> _beta1 = new((float)beta1);
    private readonly Vector<float> _beta2 = new((float)beta2);
    private readonly Vector<float> _oneMinusBeta1 = new((float)(1 - beta1));
    private readonly Vector<float> _oneMinusBeta2 = new((float)(1 - beta2));
    private readonly Vector<float> _epsilon = new((float)epsilon);
    private Vector<float> _penalty;
    private Vector<float> _shrink;
    private Vector<float> _rate;
    private Vector<float> _rootCorrection;

    public readonly int StateCount => amsgrad ? 3 : 2;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        _penalty = new Vector<float>(decoupled ? 0 : (float)weightDecay);
        _shrink = new Vector<float>(decoupled ? (float)(1 - learningRate * weightDecay) : 1);
        _rate = new Vector<float>((float)(-learningRate / (1 - Math.Pow(beta1, step))));
        _rootCorrection = new Vector<float>((float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step))));
    }

    public readonly Vector<float> Update(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third)
    {
        gradient = Vector.FusedMultiplyAdd(value, _penalty, gradient);
        value *= _shrink;
        first = Vector.FusedMultiplyAdd(first, _beta1, gradient * _oneMinusBeta1);
        second = Vector.FusedMultiplyAdd(second, _beta2, gradient * gradient * _oneMinusBeta2);
        var square = second;
        if (amsgrad)
            square = third = Vector.Max(third, second);
        var denominator = Vector.FusedMultiplyAdd(Vector.SquareRoot(square), _rootCorrection, _epsilon);
        return Vector.FusedMultiplyAdd(first / denominator, _rate, value);
    }
}
