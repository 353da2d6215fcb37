using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.RAdam; the state is the averages of the gradient and of its square.</summary>
/// <remarks>Follows PyTorch. TorchSharp 0.107 multiplies the rectified steps by the learning rate twice.</remarks>
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

    /// <summary>Whether, at a step counted from 1, the variance of the adaptive rate is known well enough to correct for it.</summary>
    public static bool IsRectified(double beta2, long step) => Length(beta2, step) > 5;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        double fade = Math.Pow(beta2, step), longest = (2 / (1 - beta2)) - 1, length = Length(beta2, step);
        double rate = -learningRate / (1 - Math.Pow(beta1, step));
        _isRectified = IsRectified(beta2, step);
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

    /// <summary>The length of a simple moving average with the variance of the exponential one.</summary>
    private static double Length(double beta2, long step)
    {
        double fade = Math.Pow(beta2, step);
        return (2 / (1 - beta2)) - 1 - (2 * step * fade / (1 - fade));
    }
}
