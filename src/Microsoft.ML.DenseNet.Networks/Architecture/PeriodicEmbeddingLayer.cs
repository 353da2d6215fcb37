using System.Globalization;

namespace Microsoft.ML.DenseNet;

public abstract partial record Layer
{
    /// <summary>
    /// Embeds each input x as <paramref name="width"/> numbers, with separate weights for each input: width − 1 numbers <c>V cos(2π (w x + b)) + d</c>,
    /// with <paramref name="frequencies"/> cosines, and x itself ("PBLD", Holzmüller et al. 2024). This makes it easier for a network to
    /// find thresholds and peaks of a feature. An input's outputs are adjacent, with x itself last.
    /// </summary>
    /// <param name="frequencies">The number of cosines, from 1 to 1024; 16 by default.</param>
    /// <param name="width">The number of outputs per input, from 2 to 1024; 4 by default.</param>
    /// <param name="frequencyDeviation">The standard deviation of the frequencies w before training, finite and above 0; 0.1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="frequencies"/> is outside 1 to 1024, <paramref name="width"/> outside 2 to 1024, or <paramref name="frequencyDeviation"/> is not a finite number above 0.</exception>
    public static Layer PeriodicEmbedding(int frequencies = 16, int width = 4, float frequencyDeviation = 0.1f) =>
        new PeriodicEmbeddingLayer(frequencies, width, frequencyDeviation);
}

/// <summary>An embedding of each number by cosines; see <see cref="Layer.PeriodicEmbedding"/>.</summary>
public sealed record PeriodicEmbeddingLayer : Layer
{
    private const int MaximumFrequencies = 1024;

    /// <summary>In multiplications by a weight; measured.</summary>
    private const double CostOfCosine = 40;

    internal PeriodicEmbeddingLayer(int frequencies, int width, float frequencyDeviation)
    {
        Guard.InRange(frequencies, 1, MaximumFrequencies, nameof(frequencies));
        Guard.InRange(width, 2, MaximumFrequencies, nameof(width));
        Guard.Positive(frequencyDeviation, nameof(frequencyDeviation));
        Frequencies = frequencies;
        Width = width;
        FrequencyDeviation = frequencyDeviation;
    }

    /// <summary>The number of cosines per input.</summary>
    public int Frequencies { get; }

    /// <summary>The number of outputs per input: linear combinations of the cosines, and the input itself.</summary>
    public int Width { get; }

    /// <summary>The standard deviation of the frequencies before training, in periods per unit of the input.</summary>
    public float FrequencyDeviation { get; }

    /// <inheritdoc/>
    public override string Kind => "PeriodicEmbedding";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [new("frequencies", Frequencies), new("width", Width), new("frequencyDeviation", FrequencyDeviation)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => true;

    internal override double CostPerRow(LayerNode node) => base.CostPerRow(node) + (CostOfCosine * node.InputWidth * Frequencies);

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.PeriodicEmbedding(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        long width = (long)inputWidth * Width;
        if (width > MaximumUnits)
            throw new ArgumentException($"Layer '{path}' ({this}) would be {width} wide; at most {MaximumUnits} units are accepted.");

        // As pytabkit draws them; its phases are ours times 2π.
        double bound = 1 / Math.Sqrt(Frequencies);
        return new LayerNode(this, path, inputWidth, (int)width,
        [
            allocator.Parameter(path, "frequency", new TensorStart.Normal(FrequencyDeviation), inputWidth, Frequencies),
            allocator.Parameter(path, "phase", new TensorStart.Uniform(0.5), inputWidth, Frequencies),
            allocator.Parameter(path, "weight", new TensorStart.Uniform(bound), inputWidth, Width - 1, Frequencies),
            allocator.Parameter(path, "bias", new TensorStart.Uniform(bound), inputWidth, Width - 1),
        ]);
    }

    internal override string Describe(int inputWidth) => string.Create(CultureInfo.InvariantCulture, $"{inputWidth}, frequencies={Frequencies}, width={Width}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"PeriodicEmbedding({Frequencies}, {Width}, {FrequencyDeviation})");
}
