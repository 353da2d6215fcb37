namespace Microsoft.ML.DenseNet;

/// <summary>A fully connected layer's weights as integers from −127 to 127, with a scale for each unit: <c>w ≈ scale · q</c>.</summary>
internal sealed class QuantizedWeights
{
    /// <summary>The largest magnitude of a quantized weight.</summary>
    public const int Largest = 127;

    /// <summary>The most inputs whose products a 32-bit sum holds in any case: <c>255 · 127 · inputs &lt; 2³¹</c>.</summary>
    public const int MaximumInputs = int.MaxValue / (RowQuantizer.Largest * Largest);

    private readonly sbyte[] _values;

    /// <param name="weights">Shape [outputs, inputs], row-major; finite.</param>
    /// <param name="outputs">The number of units, at least 1.</param>
    public QuantizedWeights(ReadOnlySpan<float> weights, int outputs)
    {
        Inputs = weights.Length / outputs;
        _values = new sbyte[weights.Length];
        Scales = new float[outputs];
        Sums = new float[outputs];
        for (int unit = 0; unit < outputs; unit++)
        {
            var row = weights.Slice(unit * Inputs, Inputs);
            double scale = Scale(row);
            Scales[unit] = (float)scale;
            double sum = 0;
            for (int i = 0; i < Inputs; i++)
            {
                sum += row[i];
                _values[(unit * Inputs) + i] = scale == 0 ? (sbyte)0 : (sbyte)Math.Clamp(Math.Round(row[i] / scale), -Largest, Largest);
            }

            Sums[unit] = (float)sum;
        }
    }

    /// <summary>The number of inputs.</summary>
    public int Inputs { get; }

    /// <summary>The scale of each unit's weights.</summary>
    public float[] Scales { get; }

    /// <summary>The sum of each unit's weights, before quantization.</summary>
    public float[] Sums { get; }

    /// <summary>The integers of a unit.</summary>
    public ReadOnlySpan<sbyte> this[int unit] => _values.AsSpan(unit * Inputs, Inputs);

    /// <summary>The scale that represents the largest weight exactly.</summary>
    private static double Scale(ReadOnlySpan<float> weights)
    {
        float largest = 0;
        foreach (float weight in weights)
            largest = Math.Max(largest, Math.Abs(weight));
        return (float)(largest / (double)Largest);
    }
}
