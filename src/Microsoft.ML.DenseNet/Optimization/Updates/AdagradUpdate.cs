using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.Adagrad; the state is the sum of squared gradients.</summary>
internal struct AdagradUpdate(double learningRateDecay, double epsilon) : IUpdateRule
{
    private readonly float _epsilon = (float)epsilon;
    private float _rate;
    private float _penalty;

    public readonly int StateCount => 1;

    public readonly bool IsLazy => true;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        _rate = (float)(-learningRate / (1 + ((step - 1) * learningRateDecay)));
        _penalty = (float)weightDecay;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>
    {
        gradient = TVector.MultiplyAdd(value, TVector.Create(_penalty), gradient);
        first = TVector.MultiplyAdd(gradient, gradient, first);
        return TVector.MultiplyAdd(gradient / (TVector.SquareRoot(first) + TVector.Create(_epsilon)), TVector.Create(_rate), value);
    }
}
