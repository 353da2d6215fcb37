using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Copies its input and appends, for some of its columns, 1 where the value is NaN and 0 elsewhere.</summary>
/// <param name="slots">The columns that have an indicator.</param>
/// <param name="input">What it reads.</param>
/// <param name="output">As wide as the input and the indicators together.</param>
internal sealed class MissingIndicatorsStep(int[] slots, Operand input, Operand output) : ProgramStep
{
    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(input, out nuint inputStride));
        ref float y = ref frame.Write(output, out nuint outputStride);
        for (int row = 0; row < frame.Rows; row++)
        {
            MemoryMarshal.CreateReadOnlySpan(in x, input.Width).CopyTo(MemoryMarshal.CreateSpan(ref y, input.Width));
            ref float indicators = ref Unsafe.Add(ref y, input.Width);
            for (int i = 0; i < slots.Length; i++)
                Unsafe.Add(ref indicators, i) = float.IsNaN(Unsafe.Add(ref x, slots[i])) ? 1 : 0;
            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }
    }

    public override string ToString() => $"MissingIndicators({slots.Length})";
}
