using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Adds a branch to the sum so far.</summary>
internal sealed class AddStep(Operand branch, Operand sum) : ProgramStep
{
    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float source = ref Unsafe.AsRef(in frame.Read(branch, out nuint sourceStride));
        ref float destination = ref frame.Write(sum, out nuint destinationStride);
        for (int row = 0; row < frame.Rows; row++)
        {
            var sums = MemoryMarshal.CreateSpan(ref destination, sum.Width);
            TensorPrimitives.Add(sums, MemoryMarshal.CreateReadOnlySpan(in source, sum.Width), sums);
            source = ref Unsafe.Add(ref source, sourceStride);
            destination = ref Unsafe.Add(ref destination, destinationStride);
        }
    }

    public override string ToString() => "Add";
}
