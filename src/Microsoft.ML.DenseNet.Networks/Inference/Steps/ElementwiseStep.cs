namespace Microsoft.ML.DenseNet;

/// <summary>Elementwise layers one after the other; the input may be the output.</summary>
internal sealed class ElementwiseStep(Operand input, Operand output, ElementwiseFunction[] functions) : ProgramStep
{
    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float destination = ref frame.Write(output, out nuint destinationStride);
        ref readonly float source = ref frame.Read(input, out nuint sourceStride);
        functions[0].Apply(in source, sourceStride, ref destination, destinationStride, frame.Rows, input.Width, 0);
        foreach (var function in functions.AsSpan(1))
            function.Apply(in destination, destinationStride, ref destination, destinationStride, frame.Rows, input.Width, 0);
    }

    public override string ToString() => string.Join(" + ", (object[])functions);
}
