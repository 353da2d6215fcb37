using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="MemberLinearLayer"/>: a dot product for each unit of each member.</summary>
internal sealed class MemberLinearStep<TVector> : ProgramStep
    where TVector : struct, ISimdVector<TVector>
{
    private readonly AlignedArray _weights;
    private readonly float[] _bias;
    private readonly int _members;
    private readonly Operand _input;
    private readonly Operand _output;

    /// <param name="weights">Shape [members, units, inputs].</param>
    /// <param name="bias">Shape [members, units].</param>
    /// <param name="members">The number of members.</param>
    /// <param name="input">The members side by side.</param>
    /// <param name="output">Where the result goes; must not be the input.</param>
    public MemberLinearStep(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int members, Operand input, Operand output)
    {
        _weights = new AlignedArray(weights.Length);
        weights.CopyTo(_weights.Span);
        _bias = bias.ToArray();
        _members = members;
        _input = input;
        _output = output;
    }

    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        int inputs = _input.Width / _members, units = _output.Width / _members;
        ref float x = ref Unsafe.AsRef(in frame.Read(_input, out nuint inputStride));
        ref float y = ref frame.Write(_output, out nuint outputStride);
        for (int row = 0; row < frame.Rows; row++)
        {
            ref float weights = ref _weights.Reference;
            for (int i = 0; i < _bias.Length; i++)
            {
                Unsafe.Add(ref y, i) = DotKernel.Dot<TVector>(in Unsafe.Add(ref x, i / units * inputs), in weights, inputs) + _bias[i];
                weights = ref Unsafe.Add(ref weights, inputs);
            }

            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }
    }

    public override string ToString() => $"MemberLinear({_members}, {_input.Width / _members} -> {_output.Width / _members})";
}
