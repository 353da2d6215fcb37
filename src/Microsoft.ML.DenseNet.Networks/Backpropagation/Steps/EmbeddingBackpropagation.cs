using System.Buffers;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Embeds each number separately: the outputs of one input are adjacent. The gradient of one input's parameters involves one column of
/// the input and a few of the output's gradient, which are transposed here so that a lane is a row.
/// </summary>
/// <param name="lanes">The number of rows in a vector.</param>
/// <param name="outputs">The number of an input's outputs that have weights; they come first.</param>
/// <param name="input">[rows, inputs].</param>
/// <param name="output">[rows, inputs · outputs per input].</param>
internal abstract unsafe class EmbeddingBackpropagation(int lanes, int outputs, Activations input, Activations output) : BackpropagationStep(input, output)
{
    /// <summary>The number of inputs whose parameter gradient forms one part.</summary>
    private const int PartInputs = 4;

    public sealed override bool IsTrained => true;

    public sealed override int GradientParts => (Input.Width + PartInputs - 1) / PartInputs;

    public sealed override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        int padded = (rows + lanes - 1) / lanes * lanes;
        float[] rented = ArrayPool<float>.Shared.Rent((outputs + 2) * padded);
        var x = rented.AsSpan(0, padded);
        var scratch = rented.AsSpan(padded, padded);
        var gradients = rented.AsSpan(2 * padded, outputs * padded);
        for (int i = part * PartInputs; i < Math.Min((part + 1) * PartInputs, Input.Width); i++)
        {
            Gather(i, rows, padded, x, gradients);
            ComputeInputGradient(i, padded, x, gradients, scratch, adds);
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    /// <summary>Computes the gradient of the parameters of one input.</summary>
    /// <param name="i">The input.</param>
    /// <param name="padded">The number of rows, padded to whole vectors with rows of zeros.</param>
    /// <param name="x">The input's values, [padded].</param>
    /// <param name="gradients">The gradient by its outputs, [outputs, padded].</param>
    /// <param name="scratch">Scratch space, [padded].</param>
    /// <param name="adds">Whether to add to the gradient already there.</param>
    protected abstract void ComputeInputGradient(int i, int padded, Span<float> x, Span<float> gradients, Span<float> scratch, bool adds);

    private void Gather(int i, int rows, int padded, Span<float> x, Span<float> gradients)
    {
        int width = Output.Width / Input.Width;
        x[rows..].Clear();
        for (int row = 0; row < rows; row++)
        {
            x[row] = Input.Values[((long)row * Input.Stride) + i];
            float* source = Output.Gradient + ((long)row * Output.Stride) + (i * width);
            for (int unit = 0; unit < outputs; unit++)
                gradients[(unit * padded) + row] = source[unit];
        }

        for (int unit = 0; unit < outputs; unit++)
            gradients.Slice((unit * padded) + rows, padded - rows).Clear();
    }
}
