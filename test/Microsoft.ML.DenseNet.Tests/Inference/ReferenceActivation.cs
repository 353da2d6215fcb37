namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The activations in double precision, by the formulas at <see cref="Layer"/>'s factories.</summary>
public static class ReferenceActivation
{
    /// <summary>The function's value at <paramref name="x"/>.</summary>
    public static double Apply(ActivationLayer layer, double x) => layer.Function switch
    {
        ActivationFunction.Identity => x,
        ActivationFunction.ReLU => x < 0 ? 0 : x,
        ActivationFunction.LeakyReLU => x < 0 ? layer.First * x : x,
        ActivationFunction.ELU => x > 0 ? x : layer.First * ExpMinusOne(x),
        ActivationFunction.SELU => 1.0507009873554804934193349852946 * (x > 0 ? x : 1.6732632423543772848170429916717 * ExpMinusOne(x)),
        ActivationFunction.GELU => x * NormalDistribution(x),
        ActivationFunction.SiLU => x * Sigmoid(x),
        ActivationFunction.Mish => x * Math.Tanh(Softplus(x)),
        ActivationFunction.Softplus => layer.First * x > layer.Second ? x : Softplus(layer.First * x) / layer.First,
        ActivationFunction.Softsign => x / (1 + Math.Abs(x)),
        ActivationFunction.Tanh => Math.Tanh(x),
        ActivationFunction.Sigmoid => Sigmoid(x),
        ActivationFunction.HardSigmoid => HardSigmoid(x),
        ActivationFunction.HardSwish => x * HardSigmoid(x),
        ActivationFunction.Exp => Math.Exp(x),
        ActivationFunction.HardTanh => Math.Clamp(x, layer.First, layer.Second),
        _ => throw new NotSupportedException($"The reference does not know {layer.Function}."),
    };

    /// <summary>Φ(x), without loss of precision in the lower tail.</summary>
    public static double NormalDistribution(double x)
    {
        if (double.IsNaN(x))
            return x;
        double upper = UpperTail(Math.Abs(x));
        return x < 0 ? upper : 1 - upper;
    }

    private static double UpperTail(double z)
    {
        double density = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
        if (z < 3)
        {
            // Φ(z) = 1/2 + φ(z) (z + z³/3 + z⁵/(3·5) + ...), all terms positive.
            double term = z, sum = z;
            for (int k = 3; term > sum * 1e-18; k += 2)
            {
                term *= z * z / k;
                sum += term;
            }

            return 0.5 - (density * sum);
        }

        // Laplace's continued fraction: φ(z) / (z + 1/(z + 2/(z + 3/(z + ...)))).
        double fraction = z;
        for (int k = 400; k > 0; k--)
            fraction = z + (k / fraction);
        return density / fraction;
    }

    private static double ExpMinusOne(double x) => Math.Abs(x) < 1e-3 ? x + (x * x / 2) + (x * x * x / 6) + (x * x * x * x / 24) : Math.Exp(x) - 1;

    private static double LogOnePlus(double x) => x < 1e-4 ? x - (x * x / 2) + (x * x * x / 3) : Math.Log(1 + x);

    private static double Softplus(double x) => Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x)));

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    private static double HardSigmoid(double x) => Math.Clamp(x / 6 + 0.5, 0, 1);
}
