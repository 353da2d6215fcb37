using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.SGD without dampening; the state is the momentum buffer.</summary>
internal struct SgdUpdate(double momentum, bool nesterov) : IUpdateRule
{
    private readonly bool _hasMomentum = momentum != 0;
    private readonly float _momentum = (float)momentum;
    private float _rate;
    private float _penalty;

    public readonly int StateCount => _hasMomentum ? 1 : 0;

    public readonly bool IsLazy => !_hasMomentum;

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
        if (_hasMomentum)
        {
            // The buffer starts at 0, which makes the first step the same as torch's: the gradient itself.
            first = TVector.MultiplyAdd(first, TVector.Create(_momentum), gradient);
            gradient = nesterov ? TVector.MultiplyAdd(first, TVector.Create(_momentum), gradient) : first;
        }

        return TVector.MultiplyAdd(gradient, TVector.Create(_rate), value);
    }
}
