using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.RAdam; the state is the averages of the gradient and of its square.</summary>
/// <remarks>PyTorch's. TorchSharp 0.107 multiplies the rectified steps by the learning rate twice.</remarks>
internal struct RAdamUpdate(double beta1, double beta2, double epsilon) : IUpdateRule
{
    private readonly float _beta1 = (float)beta1;
    private readonly float _beta2 = (float)beta2;
    private readonly float _oneMinusBeta1 = (float)(1 - beta1);
    private readonly float _oneMinusBeta2 = (float)(1 - beta2);
    private readonly float _epsilon = (float)epsilon;
    private bool _isRectified;
    private float _rate;
    private float _penalty;

    public readonly int StateCount => 2;

    public readonly bool IsLazy => false;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        double fade = Math.Pow(beta2, step), longest = (2 / (1 - beta2)) - 1;
        double length = longest - (2 * step * fade / (1 - fade)); // of an average with this variance
        double rate = -learningRate / (1 - Math.Pow(beta1, step));
        _isRectified = length > 5;
        if (_isRectified)
            rate *= Math.Sqrt((1 - fade) * (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
        _rate = (float)rate;
        _penalty = (float)weightDecay;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>
    {
        gradient = TVector.MultiplyAdd(value, TVector.Create(_penalty), gradient);
        first = TVector.MultiplyAdd(first, TVector.Create(_beta1), gradient * TVector.Create(_oneMinusBeta1));
        second = TVector.MultiplyAdd(second, TVector.Create(_beta2), gradient * gradient * TVector.Create(_oneMinusBeta2));
        var change = _isRectified ? first / (TVector.SquareRoot(second) + TVector.Create(_epsilon)) : first;
        return TVector.MultiplyAdd(change, TVector.Create(_rate), value);
    }
}
