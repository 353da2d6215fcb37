using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>A fully connected layer with few units and many inputs, using <see cref="DotKernel"/>: a dot product for each unit.</summary>
internal sealed class NarrowLinearStep<TVector> : LinearStep
    where TVector : struct, ISimdVector<TVector>
{
    private readonly AlignedArray _weights;
    private readonly float[] _bias;

    /// <param name="weights">Shape [outputs, inputs], row-major.</param>
    /// <param name="bias">Shape [outputs].</param>
    /// <param name="input">The row to multiply.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="functions">The elementwise layers that follow.</param>
    public NarrowLinearStep(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Operand input, Operand output, ElementwiseFunction[] functions)
        : base(input, output, functions)
    {
        _weights = new AlignedArray(weights.Length);
        weights.CopyTo(_weights.Span);
        _bias = bias.ToArray();
    }

    /// <inheritdoc/>
    public override int PaddedOutputs => Output.Width;

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Bias => _bias;

    /// <summary>Whether so few units are faster by rows than by lanes. The same at every vector width, because the order of the sums depends on it.</summary>
    public static bool Suits(int inputs, int outputs) => outputs <= 8 && inputs >= DotKernel.Lanes;

    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(Input, out nuint inputStride));
        ref float y = ref frame.Write(Output, out nuint outputStride);
        ref float rows = ref y;
        for (int row = 0; row < frame.Rows; row++)
        {
            ref float weights = ref _weights.Reference;
            for (int unit = 0; unit < _bias.Length; unit++)
            {
                Unsafe.Add(ref y, unit) = DotKernel.Dot<TVector>(in x, in weights, Input.Width) + _bias[unit];
                weights = ref Unsafe.Add(ref weights, Input.Width);
            }

            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }

        ApplyFunctions(ref rows, outputStride, frame.Rows, Output.Width, 0);
    }

    /// <inheritdoc/>
    public override void AddColumn(int slot, double factor, ref double sums)
    {
        for (int unit = 0; unit < _bias.Length; unit++)
            Unsafe.Add(ref sums, unit) += Unsafe.Add(ref _weights.Reference, (unit * Input.Width) + slot) * factor;
    }
}
