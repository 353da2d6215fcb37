namespace Microsoft.ML.DenseNet;

/// <summary>An embedding of each number by its place among bins; see <see cref="Layer.PiecewiseLinearEmbedding"/>.</summary>
public sealed record PiecewiseLinearEmbeddingLayer : Layer
{
    private const int MaximumBins = 1024;

    internal PiecewiseLinearEmbeddingLayer(int bins, int width)
    {
        Guard.InRange(bins, 1, MaximumBins, nameof(bins));
        Guard.InRange(width, 1, MaximumBins, nameof(width));
        Bins = bins;
        Width = width;
    }

    /// <summary>The most bins of each input.</summary>
    public int Bins { get; }

    /// <summary>The number of outputs of each input.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public override string Kind => "PiecewiseLinearEmbedding";

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        long width = (long)inputWidth * Width;
        if (width > MaximumUnits)
            throw new ArgumentException($"Layer '{path}' ({this}) would be {width} wide; at most {MaximumUnits} units are accepted.");
        return new LayerNode(this, path, inputWidth, (int)width,
        [
            allocator.Parameter(path, "weight", inputWidth, Width, Bins),
            allocator.Buffer(path, "start", inputWidth, Bins),
            allocator.Buffer(path, "scale", inputWidth, Bins),
        ]);
    }

    internal override string Describe(int inputWidth) => $"{inputWidth}, bins={Bins}, width={Width}";

    /// <inheritdoc/>
    public override string ToString() => $"PiecewiseLinearEmbedding({Bins}, {Width})";
}
