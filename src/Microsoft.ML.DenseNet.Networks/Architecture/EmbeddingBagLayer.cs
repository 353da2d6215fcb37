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

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, Units,
        [allocator.Parameter(path, "weight", inputWidth, Units), allocator.Parameter(path, "bias", Units)]);

    internal override string Describe(int inputWidth) => $"{inputWidth}, {Units}, mode='sum'";

    /// <inheritdoc/>
    public override string ToString() => $"EmbeddingBag({Units})";
}
