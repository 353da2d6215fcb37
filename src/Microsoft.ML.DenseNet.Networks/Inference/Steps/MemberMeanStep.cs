using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="MemberMeanLayer"/>.</summary>
/// <param name="layer">The layer.</param>
/// <param name="input">The members side by side.</param>
/// <param name="output">Where the result goes; must not be the input.</param>
internal sealed class MemberMeanStep(MemberMeanLayer layer, Operand input, Operand output) : ProgramStep
{
    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(input, out nuint inputStride));
        ref float y = ref frame.Write(output, out nuint outputStride);
        Span<double> scratch = stackalloc double[MemberMeans.ScratchSize];
        for (int row = 0; row < frame.Rows; row++)
        {
            MemberMeans.Compute(layer, MemoryMarshal.CreateReadOnlySpan(in x, input.Width), MemoryMarshal.CreateSpan(ref y, output.Width), scratch);
            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }
    }

    public override string ToString() => layer.ToString();
}
