using System.Globalization;

namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>Zeroes each value with this probability while training and scales the rest up; does nothing in prediction.</summary>
    /// <param name="probability">At least 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is not in [0, 1).</exception>
    public static Layer Dropout(float probability = 0.5f) => new DropoutLayer(probability);
}

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

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [new("probability", Probability)];

    internal override bool IsElementwise => true;

    internal override bool HasManagedGradient => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Dropout(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth, []);

    internal override string Describe(int inputWidth) => string.Create(CultureInfo.InvariantCulture, $"p={Probability}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"Dropout({Probability})");
}
