using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.ASGD. It has no state: torch keeps the average of the values separately, where nothing reads it.</summary>
internal struct AsgdUpdate(double lambda, double alpha) : IUpdateRule
{
    private float _shrink;
    private float _rate;
    private float _penalty;

    /// <summary>The size of the next step; that of the first is the learning rate.</summary>
    public double Carried { get; set; }

    public readonly int StateCount => 0;

    public readonly bool IsLazy => false;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        // A step's size was computed by the step before it.
        double size = step == 1 ? learningRate : Carried;
        _shrink = (float)(1 - (lambda * size));
        _rate = (float)-size;
        _penalty = (float)weightDecay;
        Carried = learningRate / Math.Pow(1 + (lambda * learningRate * step), alpha);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>
    {
        gradient = TVector.MultiplyAdd(value, TVector.Create(_penalty), gradient);
        return TVector.MultiplyAdd(gradient, TVector.Create(_rate), value * TVector.Create(_shrink));
    }
}
