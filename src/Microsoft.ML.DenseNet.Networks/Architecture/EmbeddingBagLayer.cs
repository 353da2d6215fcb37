namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>
    /// A fully connected layer for wide sparse inputs, such as words or hashed categories: <c>y = Σⱼ xⱼ Wⱼ + b</c>, with <c>W</c> of
    /// shape [inputs, units], so that a nonzero input touches one contiguous row. The same as PyTorch's <c>EmbeddingBag</c> in mode sum
    /// with the inputs as <c>per_sample_weights</c>, plus a bias.
    /// </summary>
    /// <remarks>
    /// The weights start uniform within ±1/units, as in fastText, or at 0 in a network's last layer; the bias starts at 0. The
    /// initialization of Linears has no influence: their 1/√inputs would shrink with slots that a row does not use, and larger weights
    /// would be noise in rows whose slots were rarely trained.
    /// </remarks>
    /// <param name="units">The width of the output, from 1 to <see cref="MaximumUnits"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="units"/> is below 1 or above <see cref="MaximumUnits"/>.</exception>
    public static Layer EmbeddingBag(int units) => new EmbeddingBagLayer(units);
}

/// <summary>A fully connected layer for wide sparse inputs; see <see cref="Layer.EmbeddingBag"/>.</summary>
public sealed record EmbeddingBagLayer : Layer
{
    internal EmbeddingBagLayer(int units)
    {
        Guard.InRange(units, 1, MaximumUnits, nameof(units));
        Units = units;
    }

    /// <summary>The width of the output.</summary>
    public int Units { get; }

    /// <inheritdoc/>
    public override string Kind => "EmbeddingBag";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Linear;

    internal override IEnumerable<LayerSetting> Settings => [new("units", Units)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => true;

    internal override bool ReadsSparse => true;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.EmbeddingBag(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, Units,
        [allocator.Parameter(path, "weight", new TensorStart.HiddenUniform(1.0 / Units), inputWidth, Units), allocator.Parameter(path, "bias", TensorStart.Zeros, Units)]);

    internal override string Describe(int inputWidth) => $"{inputWidth}, {Units}, mode='sum'";

    /// <inheritdoc/>
    public override string ToString() => $"EmbeddingBag({Units})";
}
