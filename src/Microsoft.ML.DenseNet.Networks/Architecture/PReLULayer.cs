using System.Globalization;

namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>A leaky ReLU whose negative slope is learned (He et al. 2015).</summary>
    /// <param name="perUnit">One slope per unit, or (the default, as in PyTorch) one for the whole layer.</param>
    /// <param name="initialSlope">The slope before training, a finite number; 0.25 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="initialSlope"/> is not finite.</exception>
    public static Layer PReLU(bool perUnit = false, float initialSlope = 0.25f) => new PReLULayer(perUnit, initialSlope);
}

/// <summary>A leaky ReLU with a learned slope; see <see cref="Layer.PReLU"/>.</summary>
public sealed record PReLULayer : Layer
{
    internal PReLULayer(bool perUnit, float initialSlope)
    {
        Guard.Finite(initialSlope, nameof(initialSlope));
        PerUnit = perUnit;
        InitialSlope = initialSlope;
    }

    /// <summary>Whether each unit has its own slope.</summary>
    public bool PerUnit { get; }

    /// <summary>The slope before training.</summary>
    public float InitialSlope { get; }

    /// <inheritdoc/>
    public override string Kind => "PReLU";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Activation;

    internal override IEnumerable<LayerSetting> Settings => [new("perUnit", PerUnit), new("initialSlope", InitialSlope)];

    internal override bool IsElementwise => true;

    internal override bool HasManagedGradient => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.PReLU(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) =>
        new(this, path, inputWidth, inputWidth, [allocator.Parameter(path, "weight", new TensorStart.Constant(InitialSlope), PerUnit ? inputWidth : 1)]);

    internal override string Describe(int inputWidth) => $"num_parameters={(PerUnit ? inputWidth : 1)}";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"PReLU(perUnit: {PerUnit}, {InitialSlope})");
}
