using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>An elementwise activation without trained parameters; made by <see cref="Layer"/>'s factories.</summary>
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

    // Under the names that the arguments have in Layer's factories.
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

    /// <summary>Which function.</summary>
    public ActivationFunction Function { get; }

    /// <summary>The function's first setting, as <see cref="ActivationFunction"/> says; 0 where it has none.</summary>
    public float First { get; }

    /// <summary>The function's second setting, as <see cref="ActivationFunction"/> says; 0 where it has none.</summary>
    public float Second { get; }

    /// <inheritdoc/>
    public override string Kind => Function.ToString();

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth, []);

    internal override string Describe(int inputWidth) => Function switch
    {
        ActivationFunction.LeakyReLU => string.Create(CultureInfo.InvariantCulture, $"negative_slope={First}"),
        ActivationFunction.ELU => string.Create(CultureInfo.InvariantCulture, $"alpha={First}"),
        ActivationFunction.Softplus => string.Create(CultureInfo.InvariantCulture, $"beta={First}, threshold={Second}"),
        ActivationFunction.HardTanh => string.Create(CultureInfo.InvariantCulture, $"min_val={First}, max_val={Second}"),
        _ => "",
    };

    /// <inheritdoc/>
    public override string ToString() => Function switch
    {
        ActivationFunction.LeakyReLU or ActivationFunction.ELU => string.Create(CultureInfo.InvariantCulture, $"{Kind}({First})"),
        ActivationFunction.Softplus or ActivationFunction.HardTanh => string.Create(CultureInfo.InvariantCulture, $"{Kind}({First}, {Second})"),
        _ => Kind,
    };
}
