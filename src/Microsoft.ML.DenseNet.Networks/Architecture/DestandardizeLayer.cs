namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>Undoes the standardization of a regression target; see <see cref="DestandardizeLayer"/>.</summary>
    internal static Layer Destandardize { get; } = new DestandardizeLayer();
}

/// <summary>
/// Converts the output of a regression network, trained on a standardized target, back to the target's original scale:
/// <c>y = x · scale + mean</c>. Added by the regression trainer as the last layer; not trained.
/// </summary>
internal sealed record DestandardizeLayer : Layer
{
    internal DestandardizeLayer()
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Destandardize";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Scaling;

    internal override IEnumerable<LayerSetting> Settings => [];

    internal override bool IsElementwise => true;

    internal override bool HasManagedGradient => false;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Destandardize(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth,
        [allocator.Buffer(path, "mean", TensorStart.Zeros, inputWidth), allocator.Buffer(path, "scale", TensorStart.Ones, inputWidth)]);

    internal override string Describe(int inputWidth) => $"{inputWidth}";

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
