namespace Microsoft.ML.DenseNet;

/// <summary>
/// Brings the output of a regression network, trained on a standardized target, back to the target's own scale:
/// <c>y = x · scale + mean</c>. Added by the regression trainer as the last layer; not trained.
/// </summary>
public sealed record DestandardizeLayer : Layer
{
    internal DestandardizeLayer()
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Destandardize";

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth,
        [allocator.Buffer(path, "mean", inputWidth), allocator.Buffer(path, "scale", inputWidth)]);

    internal override string Describe(int inputWidth) => $"{inputWidth}";

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
