using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Units that read the same one-hot block: each slot that is not 0 adds its row of weights. See <see cref="EmbeddedCategory"/>.</summary>
internal sealed class CategoryStep<TVector> : ProgramStep
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>Slots that are searched at a time.</summary>
    private const int SlotBlock = 512;

    private readonly Operand _input;
    private readonly Operand _output;
    private readonly int[] _columns;
    private readonly int[] _widths;
    private readonly int _padded;
    private readonly AlignedArray _weights;
    private readonly AlignedArray _bias;

    /// <param name="parts">Parts that read the same slots.</param>
    /// <param name="input">What the slots refer to.</param>
    /// <param name="output">Where the units go; must not be the input.</param>
    public CategoryStep(IReadOnlyList<Placed<EmbeddedCategory>> parts, Operand input, Operand output)
    {
        var block = parts[0].Part;
        _input = input.Slice(block.Slot, block.Count);
        _output = output;
        _columns = [.. parts.Select(placed => placed.Column)];
        _widths = [.. parts.Select(placed => placed.Part.Width)];
        _padded = (_widths.Sum() + TVector.Count - 1) / TVector.Count * TVector.Count;
        _weights = new AlignedArray(checked(block.Count * _padded));
        _bias = new AlignedArray(_padded);
        int column = 0;
        foreach (var (part, _) in parts)
        {
            for (int unit = 0; unit < part.Width; unit++, column++)
            {
                _bias.Span[column] = (float)part.Bias[unit];
                for (int slot = 0; slot < block.Count; slot++)
                    _weights.Span[(slot * _padded) + column] = part.Weights[unit].Span[slot];
            }
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Run(in Frame frame)
    {
        Span<float> units = stackalloc float[_padded];
        Span<int> places = stackalloc int[SlotBlock];
        ref float x = ref Unsafe.AsRef(in frame.Read(_input, out nuint inputStride));
        ref float y = ref frame.Write(_output, out nuint outputStride);
        for (int row = 0; row < frame.Rows; row++)
        {
            _bias.Span.CopyTo(units);
            for (int start = 0; start < _input.Width; start += SlotBlock)
            {
                int found = RowKernel.FindNonZeros(in Unsafe.Add(ref x, start), Math.Min(SlotBlock, _input.Width - start), ref places[0]);
                foreach (int place in places[..found])
                    Add(Unsafe.Add(ref x, start + place), start + place, ref units[0]);
            }

            Place(units, ref y);
            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }
    }

    public override string ToString() => $"Categories({_input.Width} -> {_widths.Sum()})";

    private void Add(float value, int slot, ref float units)
    {
        var factor = TVector.Create(value);
        ref float weights = ref Unsafe.Add(ref _weights.Reference, (nint)slot * _padded);
        for (nuint i = 0; i < (nuint)_padded; i += (nuint)TVector.Count)
            TVector.MultiplyAdd(factor, TVector.Load(in weights, i), TVector.Load(in units, i)).Store(ref units, i);
    }

    private void Place(ReadOnlySpan<float> units, ref float output)
    {
        for (int part = 0; part < _columns.Length; part++)
        {
            units[.._widths[part]].CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref output, _columns[part]), _widths[part]));
            units = units[_widths[part]..];
        }
    }
}
