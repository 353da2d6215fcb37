using System.Globalization;

namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>max(x, 0).</summary>
    public static Layer ReLU { get; } = new ActivationLayer(ActivationFunction.ReLU);

    /// <summary>x for x ≥ 0, else <paramref name="negativeSlope"/> · x.</summary>
    /// <param name="negativeSlope">Any finite number; 0.01 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="negativeSlope"/> is not finite.</exception>
    public static Layer LeakyReLU(float negativeSlope = 0.01f) => new ActivationLayer(ActivationFunction.LeakyReLU, negativeSlope);

    /// <summary>x for x &gt; 0, else <paramref name="alpha"/> · (eˣ − 1) (Clevert et al. 2016).</summary>
    /// <param name="alpha">Any finite number; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is not finite.</exception>
    public static Layer ELU(float alpha = 1f) => new ActivationLayer(ActivationFunction.ELU, alpha);

    /// <summary>The self-normalizing ELU (Klambauer et al. 2017), with its published constants.</summary>
    public static Layer SELU { get; } = new ActivationLayer(ActivationFunction.SELU);

    /// <summary>x · Φ(x), with the exact normal distribution function (Hendrycks and Gimpel 2016).</summary>
    public static Layer GELU { get; } = new ActivationLayer(ActivationFunction.GELU);

    /// <summary>x · sigmoid(x), also known as swish.</summary>
    public static Layer SiLU { get; } = new ActivationLayer(ActivationFunction.SiLU);

    /// <summary>x · tanh(ln(1 + eˣ)) (Misra 2019).</summary>
    public static Layer Mish { get; } = new ActivationLayer(ActivationFunction.Mish);

    /// <summary>ln(1 + e^(βx)) / β, and x itself where βx exceeds <paramref name="threshold"/>.</summary>
    /// <param name="beta">A finite number above 0; 1 by default.</param>
    /// <param name="threshold">A finite number; 20 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is not above 0, or one of the numbers is not finite.</exception>
    public static Layer Softplus(float beta = 1f, float threshold = 20f) => new ActivationLayer(ActivationFunction.Softplus, beta, threshold);

    /// <summary>x / (1 + |x|).</summary>
    public static Layer Softsign { get; } = new ActivationLayer(ActivationFunction.Softsign);

    /// <summary>The hyperbolic tangent.</summary>
    public static Layer Tanh { get; } = new ActivationLayer(ActivationFunction.Tanh);

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Layer Sigmoid { get; } = new ActivationLayer(ActivationFunction.Sigmoid);

    /// <summary>x / 6 + 1/2, clipped to [0, 1].</summary>
    public static Layer HardSigmoid { get; } = new ActivationLayer(ActivationFunction.HardSigmoid);

    /// <summary>x · HardSigmoid(x) (Howard et al. 2019).</summary>
    public static Layer HardSwish { get; } = new ActivationLayer(ActivationFunction.HardSwish);

    /// <summary>x clipped to [<paramref name="minimum"/>, <paramref name="maximum"/>].</summary>
    /// <param name="minimum">A finite number below <paramref name="maximum"/>; −1 by default.</param>
    /// <param name="maximum">A finite number; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minimum"/> is not below <paramref name="maximum"/>, or one of them is not finite.</exception>
    public static Layer HardTanh(float minimum = -1f, float maximum = 1f) => new ActivationLayer(ActivationFunction.HardTanh, minimum, maximum);

    /// <summary>eˣ. The regression trainer appends it if the loss works on the logarithm of the prediction, as Poisson's does.</summary>
    public static Layer Exp { get; } = new ActivationLayer(ActivationFunction.Exp);

    /// <summary>x unchanged; useful as a branch of <see cref="Sum"/> or <see cref="Concat"/>.</summary>
    public static Layer Identity { get; } = new ActivationLayer(ActivationFunction.Identity);
}

/// <summary>An elementwise activation without trained parameters; created by <see cref="Layer"/>'s factories.</summary>
public sealed record ActivationLayer : Layer
{
    internal ActivationLayer(ActivationFunction function, float first = 0f, float second = 0f)
    {
        Guard.Defined(function, nameof(function));
        CheckSettings(function, first, second);
        Function = function;
        First = first;
        Second = second;
    }

    /// <summary>The function.</summary>
    public ActivationFunction Function { get; }

    /// <summary>The function's first setting (see <see cref="ActivationFunction"/>); 0 if it has none.</summary>
    public float First { get; }

    /// <summary>The function's second setting (see <see cref="ActivationFunction"/>); 0 if it has none.</summary>
    public float Second { get; }

    private (string File, string PyTorch)[] Names => SettingsOf(Function);

    /// <inheritdoc/>
    public override string Kind => Function.ToString();

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Activation;

    internal override IEnumerable<LayerSetting> Settings => Names.Zip([First, Second], (name, value) => new LayerSetting(name.File, value));

    internal override bool IsElementwise => true;

    internal override bool HasManagedGradient => true;

    /// <remarks>The identity never reaches a reader.</remarks>
    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => Function == ActivationFunction.Identity ? x : reader.Activation(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth, []);

    internal override string Describe(int inputWidth) =>
        string.Join(", ", Names.Zip([First, Second], (name, value) => string.Create(CultureInfo.InvariantCulture, $"{name.PyTorch}={value}")));

    /// <inheritdoc/>
    public override string ToString() =>
        Names.Length == 0 ? Kind : $"{Kind}({string.Join(", ", Names.Zip([First, Second], (_, value) => value.ToString(CultureInfo.InvariantCulture)))})";

    // Errors use the argument names of Layer's factories.
    private static void CheckSettings(ActivationFunction function, float first, float second)
    {
        switch (function)
        {
            case ActivationFunction.LeakyReLU:
                Guard.Finite(first, "negativeSlope");
                break;
            case ActivationFunction.ELU:
                Guard.Finite(first, "alpha");
                break;
            case ActivationFunction.Softplus:
                Guard.Positive(first, "beta");
                Guard.Finite(second, "threshold");
                break;
            case ActivationFunction.HardTanh:
                Guard.Finite(first, "minimum");
                Guard.Finite(second, "maximum");
                Guard.Below(first, second, "minimum", "maximum");
                break;
        }
    }

    /// <summary>The names of a function's settings, in model files and in PyTorch.</summary>
    internal static (string File, string PyTorch)[] SettingsOf(ActivationFunction function) => function switch
    {
        ActivationFunction.LeakyReLU => [("negativeSlope", "negative_slope")],
        ActivationFunction.ELU => [("alpha", "alpha")],
        ActivationFunction.Softplus => [("beta", "beta"), ("threshold", "threshold")],
        ActivationFunction.HardTanh => [("minimum", "min_val"), ("maximum", "max_val")],
        _ => [],
    };
}
