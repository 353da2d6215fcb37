namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>
    /// For each input x, <paramref name="width"/> sums over bins of weight · min(max((x − start) · scale, 0), 1): a piecewise linear
    /// function of x with a kink at each edge of a bin (Gorishniy et al. 2022, "On embeddings for numerical features"; here without the
    /// rise beyond the outer edges). The weights start at 0. In the default network, the bins come from the training rows and are about
    /// equally filled; elsewhere, they are equal parts of −2 to 2, which suits scaled features.
    /// Shape: [rows, inputs] to [rows, inputs · width].
    /// </summary>
    /// <param name="bins">The maximum number of bins per input; from 1 to 1024.</param>
    /// <param name="width">The number of outputs per input; from 1 to 1024.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bins"/> or <paramref name="width"/> is below 1 or above 1024.</exception>
    public static Layer PiecewiseLinearEmbedding(int bins = 16, int width = 4) => new PiecewiseLinearEmbeddingLayer(bins, width);
}

/// <summary>An embedding of each number by its position among bins; see <see cref="Layer.PiecewiseLinearEmbedding"/>.</summary>
public sealed record PiecewiseLinearEmbeddingLayer : Layer
{
    private const int MaximumBins = 1024;

    /// <summary>In multiplications by a weight; measured.</summary>
    private const double CostOfBin = 12;

    internal PiecewiseLinearEmbeddingLayer(int bins, int width)
    {
        Guard.InRange(bins, 1, MaximumBins, nameof(bins));
        Guard.InRange(width, 1, MaximumBins, nameof(width));
        Bins = bins;
        Width = width;
    }

    /// <summary>The maximum number of bins per input.</summary>
    public int Bins { get; }

    /// <summary>The number of outputs per input.</summary>
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

        // Equal parts of −2 to 2, where most values of a scaled feature fall.
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
