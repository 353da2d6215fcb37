namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>A fully connected layer: <c>y = x Wᵀ + b</c>, with <c>W</c> of shape [units, inputs].</summary>
    /// <param name="units">The width of the output, from 1 to <see cref="MaximumUnits"/>.</param>
    /// <param name="bias">Whether a bias is added.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is below 1 or above <see cref="MaximumUnits"/>.</exception>
    public static Layer Linear(int units, bool bias = true) => new LinearLayer(units, bias);
}

/// <summary>A fully connected layer; see <see cref="Layer.Linear"/>.</summary>
public sealed record LinearLayer : Layer
{
    internal LinearLayer(int units, bool hasBias)
    {
        Guard.InRange(units, 1, MaximumUnits, nameof(units));
        Units = units;
        HasBias = hasBias;
    }

    /// <summary>The width of the output.</summary>
    public int Units { get; }

    /// <summary>Whether a bias is added.</summary>
    public bool HasBias { get; }

    /// <inheritdoc/>
    public override string Kind => "Linear";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Linear;

    internal override IEnumerable<LayerSetting> Settings => [new("units", Units), new("bias", HasBias)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Linear(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        var weight = allocator.Parameter(path, "weight", new TensorStart.LinearWeight(inputWidth, Units), Units, inputWidth);
        return new LayerNode(this, path, inputWidth, Units, HasBias ? [weight, allocator.Parameter(path, "bias", new TensorStart.LinearBias(inputWidth), Units)] : [weight]);
    }

    internal override string Describe(int inputWidth) => $"in_features={inputWidth}, out_features={Units}, bias={HasBias}";

    /// <inheritdoc/>
    public override string ToString() => HasBias ? $"Linear({Units})" : $"Linear({Units}, bias: false)";
}
