using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>The product with the weights that the members of an ensemble share: the members of one row are the kernel's rows.</summary>
internal sealed class EnsembleLinearStep<TVector> : ProgramStep
    where TVector : struct, ISimdVector<TVector>
{
    private readonly PanelLinearStep<TVector> _product;
    private readonly int _members;
    private readonly Operand _input;
    private readonly Operand _padded;
    private readonly Operand _output;

    /// <param name="weights">Shape [units, inputs] of a member.</param>
    /// <param name="members">The number of members.</param>
    /// <param name="input">The members side by side.</param>
    /// <param name="padded">Space for the members with <see cref="PaddedUnits"/> each; the output itself if it is large enough.</param>
    /// <param name="output">Where the result goes; must not be the input.</param>
    public EnsembleLinearStep(ReadOnlySpan<float> weights, int members, Operand input, Operand padded, Operand output)
    {
        _members = members;
        _input = input;
        _padded = padded;
        _output = output;
        int units = output.Width / members;
        _product = new PanelLinearStep<TVector>(weights, new float[units], input.Slice(0, input.Width / members), output.Slice(0, units), []);
    }

    /// <summary>A member's units rounded up to whole vectors, as the kernel writes them.</summary>
    public static int PaddedUnits(int units) => (units + TVector.Count - 1) / TVector.Count * TVector.Count;

    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        int inputs = _input.Width / _members, units = _output.Width / _members, stride = _padded.Width / _members;
        ref float x = ref Unsafe.AsRef(in frame.Read(_input, out nuint inputStride));
        ref float y = ref frame.Write(_padded, out nuint paddedStride);
        ref float output = ref frame.Write(_output, out nuint outputStride);
        for (int row = 0; row < frame.Rows; row++)
        {
            _product.Run(ref x, (nuint)inputs, ref y, (nuint)stride, _members);
            for (int member = 0; stride != units && member < _members; member++)
                MemoryMarshal.CreateReadOnlySpan(in Unsafe.Add(ref y, member * stride), units).CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.Add(ref output, member * units), units));
            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, paddedStride);
            output = ref Unsafe.Add(ref output, outputStride);
        }
    }

    public override string ToString() => $"EnsembleLinear({_members}, {_input.Width / _members} -> {_output.Width / _members})";
}
