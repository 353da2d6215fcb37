namespace Microsoft.ML.DenseNet;

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
