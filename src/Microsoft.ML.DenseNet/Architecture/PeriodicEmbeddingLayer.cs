using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>An embedding of each number by cosines; see <see cref="Layer.PeriodicEmbedding"/>.</summary>
public sealed record PeriodicEmbeddingLayer : Layer
{
    private const int MaximumFrequencies = 1024;

    internal PeriodicEmbeddingLayer(int frequencies, int width, float frequencyDeviation)
    {
        Guard.InRange(frequencies, 1, MaximumFrequencies, nameof(frequencies));
        Guard.InRange(width, 2, MaximumFrequencies, nameof(width));
        Guard.Positive(frequencyDeviation, nameof(frequencyDeviation));
        Frequencies = frequencies;
        Width = width;
        FrequencyDeviation = frequencyDeviation;
    }

    /// <summary>The number of cosines of each input.</summary>
    public int Frequencies { get; }

    /// <summary>The number of outputs of each input: linear combinations of the cosines, and the input itself.</summary>
    public int Width { get; }

    /// <summary>The standard deviation of the frequencies before training, in periods per unit of the input.</summary>
    public float FrequencyDeviation { get; }

    /// <inheritdoc/>
    public override string Kind => "PeriodicEmbedding";

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator)
    {
        long width = (long)inputWidth * Width;
        if (width > MaximumUnits)
            throw new ArgumentException($"Layer '{path}' ({this}) would be {width} wide; at most {MaximumUnits} units are accepted.");
        return new LayerNode(this, path, inputWidth, (int)width,
        [
            allocator.Parameter(path, "frequency", inputWidth, Frequencies),
            allocator.Parameter(path, "phase", inputWidth, Frequencies),
            allocator.Parameter(path, "weight", inputWidth, Width - 1, Frequencies),
            allocator.Parameter(path, "bias", inputWidth, Width - 1),
        ]);
    }

    internal override string Describe(int inputWidth) => string.Create(CultureInfo.InvariantCulture, $"{inputWidth}, frequencies={Frequencies}, width={Width}");

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"PeriodicEmbedding({Frequencies}, {Width}, {FrequencyDeviation})");
}
