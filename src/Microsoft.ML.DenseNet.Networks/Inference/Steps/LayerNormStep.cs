using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Normalizes each row: <c>(x − mean) / √(variance + ε) · weight + bias</c>, with the population variance, in two passes.</summary>
internal sealed class LayerNormStep<TVector> : ProgramStep
    where TVector : struct, ISimdVector<TVector>
{
    private readonly Operand _input;
    private readonly Operand _output;
    private readonly float _epsilon;
    private readonly float[] _ones;
    private readonly float[] _weight;
    private readonly float[] _bias;

    /// <param name="weight">Shape [width].</param>
    /// <param name="bias">Shape [width].</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="input">The row to normalize.</param>
    /// <param name="output">Where the result goes; must not be the input.</param>
    public LayerNormStep(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, float epsilon, Operand input, Operand output)
    {
        _input = input;
        _output = output;
        _epsilon = epsilon;
        _ones = new float[input.Width];
        _ones.AsSpan().Fill(1f);
        _weight = weight.ToArray();
        _bias = bias.ToArray();
    }

    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(_input, out nuint inputStride));
        ref float y = ref frame.Write(_output, out nuint outputStride);
        int width = _input.Width;
        for (int row = 0; row < frame.Rows; row++)
        {
            float mean = DotKernel.Dot<TVector>(in x, in _ones[0], width) / width;
            var outputs = MemoryMarshal.CreateSpan(ref y, width);
            TensorPrimitives.Subtract(MemoryMarshal.CreateReadOnlySpan(in x, width), mean, outputs);
            float variance = DotKernel.Dot<TVector>(in y, in y, width) / width;
            TensorPrimitives.Multiply(outputs, 1f / MathF.Sqrt(variance + _epsilon), outputs);
            TensorPrimitives.MultiplyAdd(outputs, _weight, _bias, outputs);
            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }
    }

    public override string ToString() => $"LayerNorm({_input.Width})";
}
