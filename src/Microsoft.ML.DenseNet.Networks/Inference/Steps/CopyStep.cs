using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Copies columns, where a branch of a Concat or Sum is the identity.</summary>
internal sealed class CopyStep(Operand input, Operand output) : ProgramStep
{
    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float source = ref Unsafe.AsRef(in frame.Read(input, out nuint sourceStride));
        ref float destination = ref frame.Write(output, out nuint destinationStride);
        for (int row = 0; row < frame.Rows; row++)
        {
            MemoryMarshal.CreateReadOnlySpan(in source, input.Width).CopyTo(MemoryMarshal.CreateSpan(ref destination, input.Width));
            source = ref Unsafe.Add(ref source, sourceStride);
            destination = ref Unsafe.Add(ref destination, destinationStride);
        }
    }

    public override string ToString() => "Copy";
}
