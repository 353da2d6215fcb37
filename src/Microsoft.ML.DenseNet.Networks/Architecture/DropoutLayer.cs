using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>Random zeroing while training; see <see cref="Layer.Dropout"/>.</summary>
public sealed record DropoutLayer : Layer
{
    internal DropoutLayer(float probability)
    {
        Guard.Below(probability, 0, 1, nameof(probability));
        Probability = probability;
    }

    /// <summary>The probability with which a value is zeroed.</summary>
    public float Probability { get; }

    /// <inheritdoc/>
    public override string Kind => "Dropout";

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth, []);

    internal override string Describe(int inputWidth) => string.Create(CultureInfo.InvariantCulture, $"p={Probability}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Dropout({Probability})");
}
