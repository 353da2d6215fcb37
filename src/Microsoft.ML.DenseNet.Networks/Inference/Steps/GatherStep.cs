using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Copies single columns.</summary>
/// <param name="from">The columns of the input.</param>
/// <param name="to">For each, the column of the output.</param>
/// <param name="input">What it reads.</param>
/// <param name="output">Where the columns go.</param>
internal sealed class GatherStep(int[] from, int[] to, Operand input, Operand output) : ProgramStep
{
    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(input, out nuint inputStride));
        ref float y = ref frame.Write(output, out nuint outputStride);
        for (int row = 0; row < frame.Rows; row++)
        {
            for (int i = 0; i < from.Length; i++)
                Unsafe.Add(ref y, to[i]) = Unsafe.Add(ref x, from[i]);
            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }
    }

    public override string ToString() => $"Gather({from.Length})";
}
