using System.Globalization;

namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>Normalizes each row over its units (Ba et al. 2016).</summary>
    /// <param name="epsilon">Added to the variance; above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> is not a finite number above 0.</exception>
    public static Layer LayerNorm(float epsilon = 1e-5f) => new LayerNormLayer(epsilon);
}

/// <summary>Normalization over a row's units; see <see cref="Layer.LayerNorm"/>.</summary>
public sealed record LayerNormLayer : Layer
{
    internal LayerNormLayer(float epsilon)
    {
        Guard.Positive(epsilon, nameof(epsilon));
        Epsilon = epsilon;
    }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    /// <inheritdoc/>
    public override string Kind => "LayerNorm";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [new("epsilon", Epsilon)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.LayerNorm(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth,
        [allocator.Parameter(path, "weight", TensorStart.Ones, inputWidth), allocator.Parameter(path, "bias", TensorStart.Zeros, inputWidth)]);

    internal override string Describe(int inputWidth) => string.Create(CultureInfo.InvariantCulture, $"{inputWidth}, eps={Epsilon}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"LayerNorm({Epsilon})");
}
