using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.Adadelta; the state is the averages of the squared gradient and of the squared change.</summary>
internal struct AdadeltaUpdate(double rho, double epsilon) : IUpdateRule
{
    private readonly float _rho = (float)rho;
    private readonly float _oneMinusRho = (float)(1 - rho);
    private readonly float _epsilon = (float)epsilon;
    private float _rate;
    private float _penalty;

    public readonly int StateCount => 2;

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
        first = TVector.MultiplyAdd(first, TVector.Create(_rho), gradient * gradient * TVector.Create(_oneMinusRho));
        var change = TVector.SquareRoot(second + TVector.Create(_epsilon)) / TVector.SquareRoot(first + TVector.Create(_epsilon)) * gradient;
        second = TVector.MultiplyAdd(second, TVector.Create(_rho), change * change * TVector.Create(_oneMinusRho));
        return TVector.MultiplyAdd(change, TVector.Create(_rate), value);
    }
}
