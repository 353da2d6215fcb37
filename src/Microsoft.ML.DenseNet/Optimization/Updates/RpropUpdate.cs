using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.Rprop; the state is the previous gradient and the step size, which starts at the first learning rate.</summary>
internal struct RpropUpdate(double decrease, double increase, double minimumStep, double maximumStep) : IUpdateRule
{
    private readonly float _decrease = (float)decrease;
    private readonly float _increase = (float)increase;
    private readonly float _minimum = (float)minimumStep;
    private readonly float _maximum = (float)maximumStep;
    private bool _isFirst;
    private float _firstSize;

    public readonly int StateCount => 2;

    public readonly bool IsLazy => false;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        _isFirst = step == 1;
        _firstSize = (float)learningRate;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>
    {
        TVector zero = default, one = TVector.Create(1f), minimum = TVector.Create(_minimum), maximum = TVector.Create(_maximum);
        var size = _isFirst ? TVector.Create(_firstSize) : second;
        var turn = gradient * first;
        size *= TVector.WhereLess(zero, turn, TVector.Create(_increase), TVector.WhereLess(turn, zero, TVector.Create(_decrease), one));
        size = TVector.WhereLess(size, minimum, minimum, size);
        second = size = TVector.WhereLess(maximum, size, maximum, size);

        // After a change of sign, a value pauses for one step.
        first = gradient = TVector.WhereLess(turn, zero, zero, gradient);
        var sign = TVector.WhereLess(zero, gradient, one, TVector.WhereLess(gradient, zero, -one, zero));
        return TVector.MultiplyAdd(-sign, size, value);
    }
}
