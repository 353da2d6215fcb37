using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>A fully connected layer with 8-bit weights, whose inputs are quantized row by row, and the elementwise layers that follow it.</summary>
/// <remarks>
/// With <c>x = minimum + scale · q</c> (<see cref="RowQuantizer"/>) and <c>w = unitScale · v</c> (<see cref="QuantizedWeights"/>), a unit's
/// output is <c>scale · unitScale · Σ q v + minimum · Σ w + bias</c>. The sum is exact, and the rest is the same arithmetic at every
/// vector width, so the bits do not depend on the machine's instructions.
/// </remarks>
internal sealed class QuantizedLinearStep<TVector, TInteger> : ProgramStep
    where TVector : struct, ISimdVector<TVector>
    where TInteger : struct, IIntegerVector<TInteger>
{
    /// <summary>Where a quantized row has its scale, its minimum and the first of its words.</summary>
    private const int ScalePlace = 0, MinimumPlace = 1, WordsPlace = 2;

    private readonly Operand _input;
    private readonly Operand _output;
    private readonly Operand _quantized;
    private readonly ElementwiseFunction[] _functions;
    private readonly int _words;
    private readonly int _vectors;
    private readonly AlignedArray _weights; // words, stored as the bits of floats
    private readonly AlignedArray _starts; // integers, stored the same way
    private readonly AlignedArray _unitScales;
    private readonly AlignedArray _unitSums;
    private readonly AlignedArray _bias;

    /// <param name="weights">The weights.</param>
    /// <param name="bias">Shape [outputs].</param>
    /// <param name="input">The row to multiply.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="quantized">Scratch space, <see cref="ScratchWidth"/> wide.</param>
    /// <param name="functions">The elementwise layers that follow.</param>
    public QuantizedLinearStep(QuantizedWeights weights, ReadOnlySpan<float> bias, Operand input, Operand output, Operand quantized, ElementwiseFunction[] functions)
    {
        (_input, _output, _quantized, _functions) = (input, output, quantized, functions);
        _words = WordsOf(input.Width);
        _vectors = (output.Width + TInteger.Count - 1) / TInteger.Count;
        _weights = new AlignedArray(checked(_vectors * TInteger.Count * _words));
        _starts = new AlignedArray(_vectors * TInteger.Count);
        for (int unit = 0; unit < output.Width; unit++)
            Pack(weights[unit], unit);

        _unitScales = Padded(weights.Scales);
        _unitSums = Padded(weights.Sums);
        _bias = Padded(bias);
    }

    /// <summary>The width of the scratch space for inputs of a width.</summary>
    public static int ScratchWidth(int inputs) => WordsPlace + WordsOf(inputs);

    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(_input, out nuint inputStride));
        ref float quantized = ref frame.Write(_quantized, out nuint quantizedStride);
        ref float y = ref frame.Write(_output, out nuint outputStride);
        for (int row = 0, rows; row < frame.Rows; row += rows)
        {
            rows = IntegerKernel.NextRows(frame.Rows - row);
            for (int i = 0; i < rows; i++)
            {
                Quantize(ref x, ref Unsafe.Add(ref quantized, quantizedStride * (nuint)i));
                x = ref Unsafe.Add(ref x, inputStride);
            }

            Multiply(ref Unsafe.As<float, int>(ref Unsafe.Add(ref quantized, WordsPlace)), quantizedStride, ref y, outputStride, rows);
            for (int i = 0; i < rows; i++)
                Scale(ref Unsafe.Add(ref quantized, quantizedStride * (nuint)i), ref Unsafe.Add(ref y, outputStride * (nuint)i));
            foreach (var function in _functions)
                function.Apply(in y, outputStride, ref y, outputStride, rows, _output.Width, 0);
            y = ref Unsafe.Add(ref y, outputStride * (nuint)rows);
        }
    }

    public override string ToString() => string.Join(" + ", (IEnumerable<object>)[$"Int8Linear({_input.Width} -> {_output.Width})", .. _functions]);

    private void Quantize(ref float input, ref float quantized)
    {
        RowQuantizer.Quantize<TVector, TInteger>(in input, _input.Width, ref Unsafe.As<float, int>(ref Unsafe.Add(ref quantized, WordsPlace)), out float scale, out float minimum);
        Unsafe.Add(ref quantized, ScalePlace) = scale;
        Unsafe.Add(ref quantized, MinimumPlace) = minimum;
    }

    private void Multiply(ref int inputs, nuint inputStride, ref float output, nuint outputStride, int rows)
    {
        nuint panelStride = (nuint)(2 * TInteger.Count * _words);
        for (int vector = 0, taken; vector < _vectors; vector += taken)
        {
            bool isRow = rows == 1 && _vectors - vector >= 2 * IntegerKernel.PanelsOfRow;
            taken = isRow ? 2 * IntegerKernel.PanelsOfRow : Math.Min(2, _vectors - vector);
            int unit = vector * TInteger.Count;
            var arguments = new IntegerTileArguments(
                in inputs, inputStride, (nuint)_words,
                in Unsafe.As<float, int>(ref Unsafe.Add(ref _weights.Reference, (nint)unit * _words)), panelStride,
                in Unsafe.As<float, int>(ref Unsafe.Add(ref _starts.Reference, unit)),
                ref Unsafe.Add(ref output, unit), outputStride);
            if (isRow)
                IntegerKernel.RunRow<TInteger>(in arguments);
            else
                IntegerKernel.Run<TInteger>(rows, taken, in arguments);
        }
    }

    /// <summary>Turns the sums of a row into its outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(ref readonly float quantized, ref float output)
    {
        ref float values = ref Unsafe.AsRef(in quantized);
        var scale = TVector.Create(Unsafe.Add(ref values, ScalePlace));
        var minimum = TVector.Create(Unsafe.Add(ref values, MinimumPlace));
        ref float scales = ref _unitScales.Reference;
        ref float sums = ref _unitSums.Reference;
        ref float bias = ref _bias.Reference;
        for (nuint unit = 0; unit < (nuint)_output.Width; unit += (nuint)TVector.Count)
        {
            var constant = TVector.MultiplyAdd(minimum, TVector.Load(in sums, unit), TVector.Load(in bias, unit));
            TVector.MultiplyAdd(TVector.Load(in output, unit), scale * TVector.Load(in scales, unit), constant).Store(ref output, unit);
        }
    }

    private static int WordsOf(int inputs) => (inputs + TInteger.InputsPerWord - 1) / TInteger.InputsPerWord;

    private void Pack(ReadOnlySpan<sbyte> weights, int unit)
    {
        int vector = unit / TInteger.Count;
        int panel = vector / 2 * 2;
        int panelWidth = Math.Min(2, _vectors - panel) * TInteger.Count;
        int place = (panel * TInteger.Count * _words) + unit - (panel * TInteger.Count);
        var packed = MemoryMarshal.Cast<float, int>(_weights.Span);
        int sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            sum += weights[i];
            int word = i / TInteger.InputsPerWord, part = i % TInteger.InputsPerWord;
            packed[place + (word * panelWidth)] |= TInteger.InputsPerWord == 4 ? (byte)weights[i] << (8 * part) : (ushort)weights[i] << (16 * part);
        }

        MemoryMarshal.Cast<float, int>(_starts.Span)[unit] = TInteger.InputOffset * sum;
    }

    /// <summary>Adds zeros at the end, so that a vector can be read from any unit.</summary>
    private static AlignedArray Padded(ReadOnlySpan<float> values)
    {
        var result = new AlignedArray(checked(values.Length + TVector.Count));
        values.CopyTo(result.Span);
        return result;
    }
}
