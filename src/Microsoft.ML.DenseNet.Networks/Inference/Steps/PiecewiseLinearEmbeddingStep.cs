using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.PiecewiseLinearEmbedding"/>, row by row and bin by bin.</summary>
internal sealed class PiecewiseLinearEmbeddingStep : ProgramStep
{
    private readonly Operand _input;
    private readonly Operand _output;
    private readonly int _bins;
    private readonly int _units;
    private readonly float[] _weight;
    private readonly float[] _start;
    private readonly float[] _scale;

    /// <param name="layer">The layer.</param>
    /// <param name="weight">Shape [inputs, width, bins].</param>
    /// <param name="start">Shape [inputs, bins].</param>
    /// <param name="scale">Shape [inputs, bins].</param>
    /// <param name="input">The numbers to embed.</param>
    /// <param name="output">Where the result goes; must not be the input.</param>
    public PiecewiseLinearEmbeddingStep(
        PiecewiseLinearEmbeddingLayer layer, ReadOnlySpan<float> weight, ReadOnlySpan<float> start, ReadOnlySpan<float> scale, Operand input, Operand output)
    {
        _input = input;
        _output = output;
        _bins = layer.Bins;
        _units = layer.Width;
        _start = start.ToArray();
        _scale = scale.ToArray();

        // [inputs, bins, width]: what a bin adds is contiguous.
        _weight = new float[weight.Length];
        for (int i = 0; i < input.Width; i++)
        {
            for (int unit = 0; unit < _units; unit++)
            {
                for (int bin = 0; bin < _bins; bin++)
                    _weight[(((i * _bins) + bin) * _units) + unit] = weight[(((i * _units) + unit) * _bins) + bin];
            }
        }
    }

    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(_input, out nuint inputStride));
        ref float y = ref frame.Write(_output, out nuint outputStride);
        for (int row = 0; row < frame.Rows; row++)
        {
            for (int i = 0; i < _input.Width; i++)
            {
                float value = Unsafe.Add(ref x, i);
                ref float target = ref Unsafe.Add(ref y, i * _units);
                for (int unit = 0; unit < _units; unit++)
                    Unsafe.Add(ref target, unit) = 0;
                for (int bin = i * _bins; bin < (i + 1) * _bins; bin++)
                {
                    float place = Math.Clamp((value - _start[bin]) * _scale[bin], 0, 1);
                    if (place == 0)
                        continue; // so are the bins after it, usually
                    for (int unit = 0; unit < _units; unit++)
                        Unsafe.Add(ref target, unit) += place * _weight[(bin * _units) + unit];
                }
            }

            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }
    }

    public override string ToString() => $"PiecewiseLinearEmbedding({_input.Width} -> {_output.Width})";
}
