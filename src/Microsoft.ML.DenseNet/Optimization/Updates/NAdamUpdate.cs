using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.NAdam; the state is the averages of the gradient and of its square.</summary>
internal struct NAdamUpdate(double beta1, double beta2, double epsilon, double momentumDecay) : IUpdateRule
{
    private readonly float _beta1 = (float)beta1;
    private readonly float _beta2 = (float)beta2;
    private readonly float _oneMinusBeta1 = (float)(1 - beta1);
    private readonly float _oneMinusBeta2 = (float)(1 - beta2);
    private readonly float _epsilon = (float)epsilon;
    private float _penalty;
    private float _gradientRate;
    private float _averageRate;
    private float _rootCorrection;

    /// <summary>The product of the momenta so far.</summary>
    public double Carried { get; set; } = 1;

    public readonly int StateCount => 2;

    public readonly bool IsLazy => false;

    public void Begin(long step, double learningRate, double weightDecay)
    {
        double momentum = beta1 * (1 - (0.5 * Math.Pow(0.96, step * momentumDecay)));
        double next = beta1 * (1 - (0.5 * Math.Pow(0.96, (step + 1) * momentumDecay)));
        Carried *= momentum;
        _penalty = (float)weightDecay;
        _gradientRate = (float)(-learningRate * (1 - momentum) / (1 - Carried));
        _averageRate = (float)(-learningRate * next / (1 - (Carried * next)));
        _rootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, step)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>
    {
        gradient = TVector.MultiplyAdd(value, TVector.Create(_penalty), gradient);
        first = TVector.MultiplyAdd(first, TVector.Create(_beta1), gradient * TVector.Create(_oneMinusBeta1));
        second = TVector.MultiplyAdd(second, TVector.Create(_beta2), gradient * gradient * TVector.Create(_oneMinusBeta2));
        var denominator = TVector.MultiplyAdd(TVector.SquareRoot(second), TVector.Create(_rootCorrection), TVector.Create(_epsilon));
        return value + (TVector.MultiplyAdd(first, TVector.Create(_averageRate), gradient * TVector.Create(_gradientRate)) / denominator);
    }
}
