namespace Microsoft.ML.DenseNet;

/// <summary>A learned factor for each unit; see <see cref="Layer.Scale"/>.</summary>
public sealed record ScaleLayer : Layer
{
    internal ScaleLayer()
    {
    }

    /// <inheritdoc/>
    public override string Kind => "Scale";

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, inputWidth,
        [allocator.Parameter(path, "weight", inputWidth)]);

    internal override string Describe(int inputWidth) => $"{inputWidth}";

    /// <inheritdoc/>
    public override string ToString() => Kind;
}
