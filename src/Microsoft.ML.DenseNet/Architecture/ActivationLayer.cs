using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>An elementwise activation without trained parameters; made by <see cref="Layer"/>'s factories.</summary>
public sealed record ActivationLayer : Layer
{
    internal ActivationLayer(ActivationFunction function, float first = 0f, float second = 0f)
    {
        Guard.Defined(function, nameof(function));
        Guard.Finite(first, nameof(first));
        Guard.Finite(second, nameof(second));
        if (function == ActivationFunction.Softplus)
            Guard.Positive(first, "beta");
        if (function == ActivationFunction.HardTanh)
            Guard.Below(first, double.MinValue, second, "minimum");

        Function = function;
        First = first;
        Second = second;
    }

    /// <summary>Which function.</summary>
    public ActivationFunction Function { get; }

    /// <summary>The function's first setting, as <see cref="ActivationFunction"/> says; 0 where it has none.</summary>
    public float First { get; }

    /// <summary>The function's second setting, as <see cref="ActivationFunction"/> says; 0 where it has none.</summary>
    public float Second { get; }

    private (string File, string PyTorch)[] Names => SettingsOf(Function);

    /// <inheritdoc/>
    public override string Kind => Function.ToString();

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Activation;

    internal override IEnumerable<LayerSetting> Settings => Names.Zip([First, Second], (name, value) => new LayerSetting(name.File, value));

    internal override bool IsElementwise => true;

    internal override bool HasManagedGradient => true;

    /// <remarks>No reader does anything for the identity.</remarks>
    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => Function == ActivationFunction.Identity ? x : reader.Activation(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth, []);

    internal override string Describe(int inputWidth) =>
        string.Join(", ", Names.Zip([First, Second], (name, value) => string.Create(CultureInfo.InvariantCulture, $"{name.PyTorch}={value}")));

    /// <inheritdoc/>
    public override string ToString() =>
        Names.Length == 0 ? Kind : $"{Kind}({string.Join(", ", Names.Zip([First, Second], (_, value) => value.ToString(CultureInfo.InvariantCulture)))})";

    /// <summary>What the settings that a function has are called in model files and by PyTorch.</summary>
    internal static (string File, string PyTorch)[] SettingsOf(ActivationFunction function) => function switch
    {
        ActivationFunction.LeakyReLU => [("negativeSlope", "negative_slope")],
        ActivationFunction.ELU => [("alpha", "alpha")],
        ActivationFunction.Softplus => [("beta", "beta"), ("threshold", "threshold")],
        ActivationFunction.HardTanh => [("minimum", "min_val"), ("maximum", "max_val")],
        _ => [],
    };
}
