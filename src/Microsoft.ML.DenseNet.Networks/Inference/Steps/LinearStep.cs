using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>A fully connected layer and the elementwise layers that follow it.</summary>
internal abstract class LinearStep(Operand input, Operand output, ElementwiseFunction[] functions) : ProgramStep
{
    /// <summary>The row to multiply.</summary>
    public Operand Input { get; } = input;

    /// <summary>Where the result goes.</summary>
    public Operand Output { get; } = output;

    /// <summary>The number of sums that <see cref="AddColumn"/> touches: the output's width, rounded up to whole vectors.</summary>
    public abstract int PaddedOutputs { get; }

    /// <summary>The bias, unit by unit.</summary>
    public abstract ReadOnlySpan<float> Bias { get; }

    /// <summary>Adds <c>factor</c> times the weights of input <paramref name="slot"/> to the sums, one for each output unit.</summary>
    public abstract void AddColumn(int slot, double factor, ref double sums);

    /// <summary>Finishes one row whose sums, bias included, are already known.</summary>
    public void Finish(in Frame frame, ReadOnlySpan<double> sums)
    {
        ref float output = ref frame.Write(Output, out nuint stride);
        var outputs = MemoryMarshal.CreateSpan(ref output, Output.Width);
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = (float)sums[i];
        ApplyFunctions(ref output, stride, 1, Output.Width, 0);
    }

    public override string ToString() => string.Join(" + ", (IEnumerable<object>)[$"{Name}({Input.Width} -> {Output.Width})", .. functions]);

    /// <summary>What <see cref="ToString"/> calls the layer.</summary>
    protected virtual string Name => "Linear";

    /// <summary>Applies the elementwise layers in place, while the values are in the L1 cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void ApplyFunctions(ref float values, nuint stride, int rows, int columns, int firstColumn)
    {
        foreach (var function in functions)
            function.Apply(in values, stride, ref values, stride, rows, columns, firstColumn);
    }
}
