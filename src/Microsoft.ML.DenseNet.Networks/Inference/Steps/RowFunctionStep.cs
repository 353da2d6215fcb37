using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Hands rows, packed densely, to a function outside the kernels. Such a function may round a row in a block differently from a single row.
/// </summary>
/// <param name="function">The function.</param>
/// <param name="input">What it reads.</param>
/// <param name="output">Where the result goes; must not be the input.</param>
internal sealed class RowFunctionStep(IRowFunction function, Operand input, Operand output) : ProgramStep
{
    /// <inheritdoc/>
    public override void Prepare() => function.Prepare();

    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(input, out nuint inputStride));
        ref float y = ref frame.Write(output, out nuint outputStride);
        int inputs = frame.Rows * input.Width, outputs = frame.Rows * output.Width;
        float[] packed = ArrayPool<float>.Shared.Rent(inputs + outputs);
        for (int row = 0; row < frame.Rows; row++)
        {
            MemoryMarshal.CreateReadOnlySpan(in x, input.Width).CopyTo(packed.AsSpan(row * input.Width));
            x = ref Unsafe.Add(ref x, inputStride);
        }

        function.Run(packed.AsSpan(0, inputs), frame.Rows, packed.AsSpan(inputs, outputs));
        for (int row = 0; row < frame.Rows; row++)
        {
            packed.AsSpan(inputs + (row * output.Width), output.Width).CopyTo(MemoryMarshal.CreateSpan(ref y, output.Width));
            y = ref Unsafe.Add(ref y, outputStride);
        }

        ArrayPool<float>.Shared.Return(packed);
    }
}
