using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.PeriodicEmbedding"/>: a lane for each cosine, then a dot product for each output.</summary>
internal sealed class PeriodicEmbeddingStep<TVector> : ProgramStep
    where TVector : struct, ISimdVector<TVector>
{
    private readonly Operand _input;
    private readonly Operand _output;
    private readonly int _frequencies;
    private readonly int _padded;
    private readonly int _units;
    private readonly float[] _frequency;
    private readonly float[] _phase;
    private readonly float[] _weight;
    private readonly float[] _bias;

    /// <param name="layer">The layer.</param>
    /// <param name="frequency">Shape [inputs, frequencies].</param>
    /// <param name="phase">Shape [inputs, frequencies].</param>
    /// <param name="weight">Shape [inputs, width − 1, frequencies].</param>
    /// <param name="bias">Shape [inputs, width − 1].</param>
    /// <param name="input">The numbers to embed.</param>
    /// <param name="output">Where the result goes; must not be the input.</param>
    public PeriodicEmbeddingStep(
        PeriodicEmbeddingLayer layer, ReadOnlySpan<float> frequency, ReadOnlySpan<float> phase, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Operand input, Operand output)
    {
        _input = input;
        _output = output;
        _frequencies = layer.Frequencies;
        _units = layer.Width - 1;
        _padded = (_frequencies + TVector.Count - 1) / TVector.Count * TVector.Count;
        _frequency = PadRows(frequency);
        _phase = PadRows(phase);
        _weight = weight.ToArray();
        _bias = bias.ToArray();
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(_input, out nuint inputStride));
        ref float y = ref frame.Write(_output, out nuint outputStride);
        Span<float> cosines = stackalloc float[_padded];
        ref float cosine = ref MemoryMarshal.GetReference(cosines);
        for (int row = 0; row < frame.Rows; row++)
        {
            ref float target = ref y;
            for (int i = 0; i < _input.Width; i++)
            {
                float value = Unsafe.Add(ref x, i);
                ref float frequency = ref _frequency[i * _padded];
                ref float phase = ref _phase[i * _padded];
                for (nuint k = 0; k < (nuint)_padded; k += (nuint)TVector.Count)
                {
                    var turns = TVector.MultiplyAdd(TVector.Create(value), TVector.Load(in frequency, k), TVector.Load(in phase, k));
                    VectorMath.CosineOfTurns(turns).Store(ref cosine, k);
                }

                for (int unit = 0; unit < _units; unit++)
                {
                    int place = (i * _units) + unit;
                    target = DotKernel.Dot<TVector>(in cosine, in _weight[place * _frequencies], _frequencies) + _bias[place];
                    target = ref Unsafe.Add(ref target, 1);
                }

                target = value;
                target = ref Unsafe.Add(ref target, 1);
            }

            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }
    }

    public override string ToString() => $"PeriodicEmbedding({_input.Width} -> {_output.Width})";

    private float[] PadRows(ReadOnlySpan<float> values)
    {
        float[] padded = new float[values.Length / _frequencies * _padded];
        for (int row = 0; row * _frequencies < values.Length; row++)
            values.Slice(row * _frequencies, _frequencies).CopyTo(padded.AsSpan(row * _padded));
        return padded;
    }
}
