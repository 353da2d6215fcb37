using System.Globalization;

namespace Microsoft.ML.DenseNet;

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

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth,
        [allocator.Parameter(path, "weight", inputWidth), allocator.Parameter(path, "bias", inputWidth)]);

    internal override string Describe(int inputWidth) => string.Create(CultureInfo.InvariantCulture, $"{inputWidth}, eps={Epsilon}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"LayerNorm({Epsilon})");
}
