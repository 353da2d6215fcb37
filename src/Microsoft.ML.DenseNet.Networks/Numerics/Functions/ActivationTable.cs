using System.Diagnostics;

namespace Microsoft.ML.DenseNet;

/// <summary>What each activation computes in managed code, for prediction and for training: the one place that maps activations to functions.</summary>
internal static class ActivationTable<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>Returns an activation's function and its derivative.</summary>
    public static (ElementwiseFunction Value, IDerivative Derivative) Of(ActivationLayer layer)
    {
        return layer.Function switch
        {
            ActivationFunction.ReLU => Make(default(ReLUFunction<TVector>)),
            ActivationFunction.LeakyReLU => Make(new LeakyReLUFunction<TVector>(layer.First)),
            ActivationFunction.ELU => Make(new ELUFunction<TVector>(layer.First, 1f)),
            ActivationFunction.SELU => Make(ELUFunction<TVector>.SELU),
            ActivationFunction.GELU => Make(default(GELUFunction<TVector>)),
            ActivationFunction.SiLU => Make(default(SiLUFunction<TVector>)),
            ActivationFunction.Mish => Make(default(MishFunction<TVector>)),
            ActivationFunction.Softplus => Make(new SoftplusFunction<TVector>(layer.First, layer.Second)),
            ActivationFunction.Softsign => Make(default(SoftsignFunction<TVector>)),
            ActivationFunction.Tanh => Make(default(TanhFunction<TVector>)),
            ActivationFunction.Sigmoid => Make(default(SigmoidFunction<TVector>)),
            ActivationFunction.HardSigmoid => Make(default(HardSigmoidFunction<TVector>)),
            ActivationFunction.HardSwish => Make(default(HardSwishFunction<TVector>)),
            ActivationFunction.HardTanh => Make(new HardTanhFunction<TVector>(layer.First, layer.Second)),
            ActivationFunction.Exp => Make(default(ExpFunction<TVector>)),
            _ => throw new UnreachableException($"{layer.Function} has no function in managed code."),
        };

        (ElementwiseFunction, IDerivative) Make<TFunction>(TFunction function)
            where TFunction : struct, IDifferentiable<TVector>
        {
            var made = new DifferentiableFunction<TVector, TFunction>(function, layer.ToString());
            return (made, made);
        }
    }
}
