namespace Microsoft.ML.DenseNet;

/// <summary>An embedding of each number by its place among bins; see <see cref="Layer.PiecewiseLinearEmbedding"/>.</summary>
public sealed record PiecewiseLinearEmbeddingLayer : Layer
{
    private const int MaximumBins = 1024;

    /// <summary>In weights that a value is multiplied with; measured.</summary>
    private const double CostOfBin = 12;

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

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [new("bins", Bins), new("width", Width)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => true;

    internal override double CostPerRow(LayerNode node) => base.CostPerRow(node) + (CostOfBin * node.InputWidth * Bins);

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.PiecewiseLinearEmbedding(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        long width = (long)inputWidth * Width;
        if (width > MaximumUnits)
            throw new ArgumentException($"Layer '{path}' ({this}) would be {width} wide; at most {MaximumUnits} units are accepted.");

        // Equal parts of −2 to 2, where most of a scaled feature lies.
        float part = 4f / Bins;
        return new LayerNode(this, path, inputWidth, (int)width,
        [
            allocator.Parameter(path, "weight", TensorStart.Zeros, inputWidth, Width, Bins),
            allocator.Buffer(path, "start", new TensorStart.Steps(-2, part, Bins), inputWidth, Bins),
            allocator.Buffer(path, "scale", new TensorStart.Constant(1 / part), inputWidth, Bins),
        ]);
    }

    internal override string Describe(int inputWidth) => $"{inputWidth}, bins={Bins}, width={Width}";

    /// <inheritdoc/>
    public override string ToString() => $"PiecewiseLinearEmbedding({Bins}, {Width})";
}
