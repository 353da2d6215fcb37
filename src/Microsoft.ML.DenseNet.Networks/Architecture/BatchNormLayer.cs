using System.Globalization;

namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>Normalizes each unit over the batch in training, and by running averages in prediction (Ioffe and Szegedy 2015).</summary>
    /// <param name="epsilon">Added to the variance; above 0.</param>
    /// <param name="momentum">The weight of the newest batch in the running averages; above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epsilon"/> or <paramref name="momentum"/> is not above 0, or <paramref name="momentum"/> is above 1.</exception>
    public static Layer BatchNorm(float epsilon = 1e-5f, float momentum = 0.1f) => new BatchNormLayer(epsilon, momentum);
}

/// <summary>Normalization over the batch; see <see cref="Layer.BatchNorm"/>.</summary>
public sealed record BatchNormLayer : Layer
{
    internal BatchNormLayer(float epsilon, float momentum)
    {
        Guard.Positive(epsilon, nameof(epsilon));
        if (!(momentum > 0f && momentum <= 1f))
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, $"momentum is {momentum}; it must be above 0 and at most 1.");
        Epsilon = epsilon;
        Momentum = momentum;
    }

    /// <summary>Added to the variance.</summary>
    public float Epsilon { get; }

    /// <summary>The weight of the newest batch in the running averages.</summary>
    public float Momentum { get; }

    /// <inheritdoc/>
    public override string Kind => "BatchNorm";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [new("epsilon", Epsilon), new("momentum", Momentum)];

    internal override bool IsElementwise => true;

    internal override bool HasManagedGradient => true;

    internal override bool MixesRows => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.BatchNorm(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth,
    [
        allocator.Parameter(path, "weight", TensorStart.Ones, inputWidth),
        allocator.Parameter(path, "bias", TensorStart.Zeros, inputWidth),
        allocator.Buffer(path, "running_mean", TensorStart.Zeros, inputWidth),
        allocator.Buffer(path, "running_var", TensorStart.Ones, inputWidth),
    ]);

    internal override string Describe(int inputWidth) => string.Create(CultureInfo.InvariantCulture, $"{inputWidth}, eps={Epsilon}, momentum={Momentum}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"BatchNorm({Epsilon}, {Momentum})");
}
